import { isNativeError } from 'node:util/types';
import { unwrapResolverError } from '@apollo/server/errors';
import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import { ProviderUnavailable } from '../../access/tokens/providerUnavailable';
import { withoutValues } from '../../../ground/database/quotedValues';
import { BadInput } from '../../query/values/badInput';
import { OutOfScope } from '../../query/columns/outOfScope';
import type { DataVersion } from '../../resolvers/request/request';
import { shownVersion } from './dataVersion';
import {
  followsFailure,
  hasNoRoom,
  isDatabaseGone,
  isNotMigrated,
  ranTooLong,
  takesNoChanges,
} from './databaseFailure';
import { sentences, unready } from './sentences';
import { wrongValueAt } from '../values/valuesRule';

export const INTERNAL = 'INTERNAL_SERVER_ERROR';

/** Errors of these codes were written for the caller, by this API or by the protocol's. */
const FOR_CALLERS: ReadonlySet<unknown> = new Set([
  'BAD_USER_INPUT',
  'UNAUTHENTICATED',
  'FORBIDDEN',
  'NOT_FOUND',
  'UNAVAILABLE',
  'RATE_LIMITED',
  'BAD_REQUEST',
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'OPERATION_RESOLUTION_FAILURE',
  'PERSISTED_QUERY_NOT_FOUND',
  'PERSISTED_QUERY_NOT_SUPPORTED',
]);

/** What a caller is told of an error. */
export interface Failure {
  readonly code: string;
  readonly sentence: string;
}

export const internalFailure: Failure = { code: INTERNAL, sentence: sentences.internal };

/**
 * What may be told of an error. All that was not written for callers is an internal error to them:
 * knex and PostgreSQL put statements and values into their messages.
 */
export function failureOf(thrown: unknown, statementTimeout: number): Failure {
  const error = unwrapResolverError(thrown);
  if (error instanceof GraphQLError && FOR_CALLERS.has(error.extensions['code'])) {
    const wrong = wrongInputIn(error);
    if (wrong !== undefined) return { code: 'BAD_USER_INPUT', sentence: wrong };
    return { code: String(error.extensions['code']), sentence: error.message };
  }
  const absent = absentArgumentIn(error);
  if (absent !== undefined) return { code: 'BAD_USER_INPUT', sentence: absent };
  if (error instanceof OutOfScope) return { code: 'FORBIDDEN', sentence: error.message };
  if (error instanceof BadInput) return { code: 'BAD_USER_INPUT', sentence: error.message };
  if (error instanceof ProviderUnavailable) return unavailable(sentences.providerGone);
  if (isDatabaseGone(error)) return unavailable(sentences.databaseGone);
  if (takesNoChanges(error)) return unavailable(sentences.takesNoChanges);
  if (hasNoRoom(error)) return unavailable(sentences.noRoom);
  if (isNotMigrated(error)) return unavailable(unready.notMigrated);
  if (ranTooLong(error)) return unavailable(sentences.tooLong(statementTimeout));
  if (followsFailure(error)) return unavailable(sentences.followsFailure);
  return internalFailure;
}

/** What a caller gave is wrong alike where it stands in the document and where it is a variable. */
function wrongInputIn(error: GraphQLError): string | undefined {
  const code = error.extensions['code'];
  if (code === 'GRAPHQL_VALIDATION_FAILED') return wrongValueAt(error.nodes);
  const [, most] = /Document contains more tha. (\d+) tokens/.exec(error.message) ?? [];
  return code === 'GRAPHQL_PARSE_FAILED' && most
    ? sentences.documentTooLong(Number(most))
    : undefined;
}

/**
 * A variable that may be null is allowed where its default would do, and is null all the same: only the
 * execution meets that, and throws an error without a code.
 */
function absentArgumentIn(error: unknown): string | undefined {
  if (!(error instanceof GraphQLError) || error.originalError) return undefined;
  const [, name, how] =
    /^Argument "(\w+)" (of (?:non-null|required) type|has invalid value) /.exec(error.message) ??
    [];
  if (name === undefined) return undefined;
  return how === 'has invalid value'
    ? sentences.absentWithinArgument(name)
    : sentences.absentArgument(name);
}

const unavailable = (sentence: string): Failure => ({ code: 'UNAVAILABLE', sentence });

/** The error as it stands in an answer: what is told of it, and where in the query it happened. */
export function formatted(
  { locations, path }: GraphQLFormattedError,
  { code, sentence }: Failure,
): GraphQLFormattedError {
  return {
    message: sentence,
    ...(locations && { locations }),
    ...(path && { path }),
    extensions: { code },
  };
}

/** What an answer says beside its error, where it is known. */
interface Beside {
  readonly requestId?: string | undefined;
  readonly dataVersion?: DataVersion | null;
}

/** An answer that is nothing but one error. */
export function errorBody({ code, sentence }: Failure, beside: Beside = {}): string {
  const { requestId, dataVersion } = beside;
  const error = { message: sentence, extensions: { code, ...(requestId && { requestId }) } };
  const extensions = dataVersion && { dataVersion: shownVersion(dataVersion) };
  return `${JSON.stringify({ errors: [error], ...(extensions && { extensions }) })}\n`;
}

/** An error as the log keeps it. */
export interface LoggedError {
  readonly type: string;
  readonly code?: string;
  readonly stack: string;
  readonly cause?: LoggedError;
}

/**
 * The cause with all that helps to mend it, and no value of the caller's or of a row. The stack keeps the message
 * as it was when the error was made: only later does knex write the statement with its values into it.
 */
export function loggedError(thrown: unknown): LoggedError {
  const error = unwrapResolverError(thrown);
  if (!isNativeError(error))
    return { type: typeof error, stack: withoutValues(String(error)).slice(0, 1_000) };
  return {
    type: error.name,
    ...('code' in error && typeof error.code === 'string' && { code: error.code }),
    stack: withoutValues(error.stack ?? error.name),
    ...(error.cause !== undefined && { cause: loggedError(error.cause) }),
  };
}
