import { isNativeError } from 'node:util/types';
import { sentences } from './sentences';

/** The database, or the way to it, is not there: nothing that the caller asked is at fault. */
export class DatabaseGone extends Error {
  override readonly name = 'DatabaseGone';
  constructor(cause?: unknown) {
    super(sentences.databaseGone, { cause });
  }
}

const NETWORK = /^(E(CONN|HOST|NET|PIPE|TIMEDOUT|NOTFOUND|AI_AGAIN|NOENT))/;
/** Refused, full, shut down, crashed, starting up, closed to connections, dropped. */
const CONNECTION = /^(08...|28...|53[34]00|55000|57P0[1-5]|3D000)$/;
/** Undefined tables and schemas: this version's migrations have not run. */
const NOT_MIGRATED = /^(42P01|3F000)$/;
/** It takes no changes: it is a standby, or an administrator has set it so. */
const READ_ONLY = '25006';
/** Its disk is full, or its memory. */
const NO_ROOM = /^53[12]00$/;
const QUERY_CANCELED = '57014';
const TRANSACTION_ABORTED = '25P02';
/** pg and knex have no codes for a connection that broke or that nobody could give. */
const WORDS =
  /^(Connection (terminated|ended)|Client (has encountered|was closed)|.*Query read timeout)/;

/** Whether it failed because the database does not answer, so that the same may go well later. */
export function isDatabaseGone(error: unknown): boolean {
  if (error instanceof DatabaseGone) return true;
  if (!isNativeError(error)) return false;
  if (error.name === 'KnexTimeoutError') return true;
  const code = codeOf(error);
  if (code !== undefined && (NETWORK.test(code) || CONNECTION.test(code))) return true;
  if (error instanceof AggregateError) return error.errors.some(isDatabaseGone);
  return WORDS.test(originalMessage(error));
}

/** What the database was given time for took longer. */
export class RanTooLong extends Error {
  override readonly name = 'RanTooLong';
  readonly code = QUERY_CANCELED;
}

/** Whether a statement ran into its time limit. */
export function ranTooLong(error: unknown): boolean {
  return isNativeError(error) && codeOf(error) === QUERY_CANCELED;
}

/** Whether a change failed because the database takes none at all. */
export function takesNoChanges(error: unknown): boolean {
  return isNativeError(error) && codeOf(error) === READ_ONLY;
}

/** Whether the database has no room left for what was asked. */
export function hasNoRoom(error: unknown): boolean {
  return isNativeError(error) && NO_ROOM.test(codeOf(error) ?? '');
}

/** Whether the tables are not there yet. */
export function isNotMigrated(error: unknown): boolean {
  return isNativeError(error) && NOT_MIGRATED.test(codeOf(error) ?? '');
}

/** Whether it failed only because another statement of the same snapshot had failed before it. */
export function followsFailure(error: unknown): boolean {
  return isNativeError(error) && codeOf(error) === TRANSACTION_ABORTED;
}

function codeOf(error: Error): string | undefined {
  return 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/** knex writes the statement in front of the message, with " - " between them. */
function originalMessage({ message }: Error): string {
  return message.slice(message.lastIndexOf(' - ') + 1).replace(/^- /, '');
}
