import { isNativeError } from 'node:util/types';
import { ENDED_BY_SERVER, SQLSTATE } from '../../../ground/database/sqlStates';
import { codeOf } from '../../../ground/database/thrown';
import { sentences } from './sentences';

/** The database, or the way to it, is not there: nothing that the caller asked is at fault. */
export class DatabaseGone extends Error {
  override readonly name = 'DatabaseGone';
  constructor(cause?: unknown) {
    super(sentences.databaseGone, { cause });
  }
}

const NETWORK = /^(E(CONN|HOST|NET|PIPE|TIMEDOUT|NOTFOUND|AI_AGAIN|NOENT))/;
/** Classes of PostgreSQL's: connections that break, and accounts that are refused. */
const CONNECTION = /^(08|28)...$/;
/** Full, shut down, crashed, starting up, closed to connections, dropped. */
const NO_SESSION: readonly string[] = [
  ...ENDED_BY_SERVER,
  SQLSTATE.tooManyConnections,
  SQLSTATE.configurationLimitExceeded,
  SQLSTATE.objectNotInPrerequisiteState,
  SQLSTATE.invalidCatalogName,
];
/** pg and knex have no codes for a connection that broke or that nobody could give. */
const WORDS =
  /^(Connection (terminated|ended)|Client (has encountered|was closed)|.*Query read timeout)/;

/** Whether it failed because the database does not answer, so that the same may go well later. */
export function isDatabaseGone(error: unknown): boolean {
  if (error instanceof DatabaseGone) return true;
  if (!isNativeError(error)) return false;
  if (error.name === 'KnexTimeoutError') return true;
  const code = codeOf(error);
  if (
    code !== undefined &&
    (NETWORK.test(code) || CONNECTION.test(code) || NO_SESSION.includes(code))
  )
    return true;
  if (error instanceof AggregateError) return error.errors.some(isDatabaseGone);
  return WORDS.test(originalMessage(error));
}

/** What the database was given time for took longer. */
export class RanTooLong extends Error {
  override readonly name = 'RanTooLong';
  readonly code = SQLSTATE.queryCanceled;
}

/** Whether a statement ran into its time limit. */
export function ranTooLong(error: unknown): boolean {
  return codeOf(error) === SQLSTATE.queryCanceled;
}

/** Whether a change failed because the database takes none at all: a standby, or one that an administrator has set so. */
export function takesNoChanges(error: unknown): boolean {
  return codeOf(error) === SQLSTATE.readOnlyTransaction;
}

/** Whether the database has no room left for what was asked, on its disk or in its memory. */
export function hasNoRoom(error: unknown): boolean {
  const code = codeOf(error);
  return code === SQLSTATE.diskFull || code === SQLSTATE.outOfMemory;
}

/** Whether tables or schemas are not there yet: this version's migrations have not run. */
export function isNotMigrated(error: unknown): boolean {
  const code = codeOf(error);
  return code === SQLSTATE.undefinedTable || code === SQLSTATE.invalidSchemaName;
}

/** Whether it failed only because another statement of the same snapshot had failed before it. */
export function followsFailure(error: unknown): boolean {
  return codeOf(error) === SQLSTATE.inFailedTransaction;
}

/** knex writes the statement in front of the message, with " - " between them. */
function originalMessage({ message }: Error): string {
  return message.slice(message.lastIndexOf(' - ') + 1).replace(/^- /, '');
}
