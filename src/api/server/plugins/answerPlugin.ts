import type { ApolloServerPlugin, GraphQLRequestContext } from '@apollo/server';
import type { GraphQLFormattedError } from 'graphql';
import type { Logger } from 'pino';
import { answerError } from '../../resolvers/request/errors';
import type { Request } from '../../resolvers/request/request';
import { shownVersion } from '../basis/dataVersion';
import { failureOf, INTERNAL, loggedError } from '../basis/failure';
import { isRefusal } from '../basis/refusals';
import { sentences } from '../basis/sentences';
import { withoutRepetitions } from '../values/withoutRepetitions';
import { isVolatile } from './volatile';

/** What the HTTP side of an answer is made from; Apollo copies the context, but not this. */
export interface AnswerNotes {
  /** For metrics: `ok`, or the code of the first error. Undefined until there is an answer. */
  outcome: string | undefined;
  /** The operation changes something, so that what came of it is told in any case. */
  changes: boolean;
  /** The answer holds until other data is published. */
  lasting: boolean;
  /** What the operation could cost, in about microseconds of work; undefined until it is known. */
  cost?: number;
  /** What of the caller's budget it has taken, and in which minute. */
  paid?: { readonly cost: number; readonly minute: number };
  /** How many rows show a BIN as it is, and how often a company was looked up by a hidden one. */
  clearBins: number;
  lookups: number;
  /** The name of the operation, and the SHA-256 of its document. */
  operation?: string | undefined;
  document?: string | undefined;
  /** The code by which the caller was told that it may not. */
  refused?: string | undefined;
  /** The version that the answer is from; undefined where none is published, or none could be read. */
  dataVersionId?: string;
}

export function emptyNotes(): AnswerNotes {
  return { outcome: undefined, changes: false, lasting: false, clearBins: 0, lookups: 0 };
}

export type AnswerContext = Request & {
  readonly notes: AnswerNotes;
  /** Nobody waits for the answer any more: what fails from now on fails because of that. */
  isOver(): boolean;
};

export interface AnswerPluginOptions {
  readonly log: Logger;
  readonly statementTimeout: number;
}

/** Gives every answer its data version, its status, and its internal errors the request's id. */
export function answerPlugin({
  log,
  statementTimeout,
}: AnswerPluginOptions): ApolloServerPlugin<AnswerContext> {
  return {
    async unexpectedErrorProcessingRequest({ error, requestContext }) {
      const { requestId, isOver } = requestContext.contextValue;
      if (isOver()) return;
      log.error({ requestId, error: loggedError(error) }, 'internal error');
    },
    async requestDidStart() {
      return {
        async didResolveOperation({ schema, document, operation, contextValue }) {
          if (operation?.operation === 'subscription') {
            throw answerError('BAD_USER_INPUT', sentences.subscriptionOverHttp);
          }
          contextValue.notes.changes = operation?.operation === 'mutation';
          contextValue.notes.lasting =
            operation?.operation === 'query' && !isVolatile(schema, document);
        },
        async didEncounterErrors(request) {
          if (request.contextValue.isOver()) return;
          for (const error of request.errors) {
            const { code } = failureOf(error, statementTimeout);
            if (code !== INTERNAL && code !== 'UNAVAILABLE') continue;
            log[code === INTERNAL ? 'error' : 'warn'](
              {
                requestId: request.contextValue.requestId,
                operation: request.operationName,
                queryHash: request.queryHash,
                path: error.path?.join('.'),
                error: loggedError(error),
              },
              code === INTERNAL ? 'internal error' : 'unavailable',
            );
          }
        },
        willSendResponse,
      };
    },
  };
}

async function willSendResponse(request: GraphQLRequestContext<AnswerContext>): Promise<void> {
  const { response, contextValue } = request;
  if (response.body?.kind !== 'single') return;
  const result = response.body.singleResult;
  const { requestId, notes, budget } = contextValue;

  // Every row that was not read any more has its error; they say the same.
  const { refusal } = budget;
  if (refusal && result.errors) {
    result.data = null;
    result.errors = result.errors.filter(({ message }) => message === refusal.message).slice(0, 1);
  }
  if (result.errors) result.errors = withoutRepetitions(result.errors);
  const codes = (result.errors ?? []).map(({ extensions }) => String(extensions?.['code']));
  notes.outcome = codes[0] ?? 'ok';
  notes.clearBins = contextValue.clearBins.rows;
  notes.operation = request.operationName ?? undefined;
  notes.document = request.queryHash;
  notes.refused = codes.find(isRefusal);
  if (result.errors && codes.includes(INTERNAL)) {
    result.errors = result.errors.map((error) => withRequestId(error, requestId));
  }
  const status = statusOf(codes, hasData(result.data));
  // What our own plugins refuse before execution Apollo takes for failures of the server.
  const misjudged = response.http.status === 500 && !codes.includes(INTERNAL);
  if (misjudged) response.http.status = status ?? 400;
  else if (status !== undefined && (response.http.status ?? 200) < status) {
    response.http.status = status;
    if (status === 503) response.http.headers.set('retry-after', '2');
  }

  // Fails only where the answer itself already says that the database is gone.
  const snapshot = await contextValue.snapshot().catch(() => undefined);
  if (snapshot?.dataVersion) {
    notes.dataVersionId = snapshot.dataVersion.id;
    result.extensions = { ...result.extensions, dataVersion: shownVersion(snapshot.dataVersion) };
  }
}

function withRequestId(error: GraphQLFormattedError, requestId: string): GraphQLFormattedError {
  if (error.extensions?.['code'] !== INTERNAL) return error;
  return { ...error, extensions: { ...error.extensions, requestId } };
}

/** A part of the data is worth a 200; without any, the status tells why to whoever reads only that. */
function statusOf(codes: readonly string[], someData: boolean): number | undefined {
  if (codes.includes('UNAVAILABLE')) return 503;
  if (someData) return undefined;
  if (codes.includes(INTERNAL)) return 500;
  if (codes.includes('RATE_LIMITED')) return 429;
  return codes.includes('FORBIDDEN') ? 403 : undefined;
}

function hasData(data: Record<string, unknown> | null | undefined): boolean {
  return Object.values(data ?? {}).some((value) => value !== null);
}
