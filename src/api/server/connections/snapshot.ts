import type { Knex } from 'knex';
import type { DataVersion, Snapshot } from '../../resolvers/request/request';
import { cancelStatement } from '../../../ground/database/rows/cancelStatement';
import { dataVersionOf, NEWEST_VERSION, type DataVersionRow } from '../basis/dataVersion';
import { DatabaseGone } from '../basis/databaseFailure';
import { DATABASE_PATIENCE, within } from '../basis/deadline';
import { oneStatementAtATime } from './oneStatementAtATime';
import { sentences } from '../basis/sentences';
import { allowSilence } from './silentConnections';
import type { Turn } from '../turns/turn';

/** A request's one view of the database, which its resolvers share. */
export interface RequestSnapshot {
  /** Opens the transaction at the first call; all later ones get the same. */
  open(): Promise<Snapshot>;
  /** Gives the connection back. Nothing can be read afterwards. */
  end(): Promise<void>;
  /** Ends it also where a statement runs, which nobody waits for any more. */
  abandon(): Promise<void>;
}

interface Held {
  readonly transaction: Knex.Transaction;
  readonly pid: number;
  readonly dataVersion: DataVersion | null;
}

/**
 * One REPEATABLE READ transaction a request, so that a publication in the midst of it changes nothing
 * of what the request sees. The version is read in the first statement, which also fixes the snapshot.
 */
export function requestSnapshot(
  database: Knex,
  statementTimeout: number,
  takeTurn: () => Turn,
): RequestSnapshot {
  let turn: Turn | undefined;
  let starting: Promise<Held> | undefined;
  let opened: Promise<Snapshot> | undefined;
  let ending: Promise<void> | undefined;

  const open = () => {
    if (ending) return Promise.reject(new Error(sentences.requestEnded));
    opened ??= begun();
    return opened;
  };

  const begun = async (): Promise<Snapshot> => {
    turn = takeTurn();
    if (turn.begun) await turn.begun;
    // The turn is ended by what ends the request.
    if (ending) throw new Error(sentences.requestEnded);
    starting = begin(database, statementTimeout);
    const { transaction, dataVersion } = await within(DATABASE_PATIENCE, starting);
    return { database: transaction, dataVersion };
  };

  const finish = async (cancel: boolean) => {
    // Also a start that came too late for the request gets here, and gives its connection back.
    const held = await starting?.catch(() => undefined);
    if (!held) return turn?.end();
    if (cancel) await cancelStatement(database, held.pid);
    await allowSilence(held.transaction, DATABASE_PATIENCE);
    // Nothing was written; a connection that cannot say so is given up by the pool.
    await held.transaction.commit().catch(() => undefined);
    turn?.end();
  };

  return {
    open,
    end: () => (ending ??= finish(false)),
    abandon: () => (ending ??= finish(true)),
  };
}

async function begin(database: Knex, statementTimeout: number): Promise<Held> {
  const transaction = await database
    .transaction({ isolationLevel: 'repeatable read', readOnly: true })
    .then(oneStatementAtATime, (error: unknown) => {
      throw new DatabaseGone(error);
    });
  // knex also lends a transaction whose BEGIN failed.
  if (transaction.isCompleted()) {
    throw new DatabaseGone(await transaction.executionPromise.catch((error: unknown) => error));
  }
  try {
    const { rows }: { rows: (DataVersionRow & { pid: number })[] } = await transaction.raw(
      `select pg_backend_pid() as pid, set_config('statement_timeout', ?, true), version.*
       from (values (1)) as always (one) left join (${NEWEST_VERSION}) as version on true`,
      [String(statementTimeout)],
    );
    const [row] = rows;
    if (!row) throw new Error('The first statement of a snapshot returned no row.');
    // The database is there. From now on its own time limit ends what takes too long.
    await allowSilence(transaction, statementTimeout + DATABASE_PATIENCE);
    return { transaction, pid: row.pid, dataVersion: dataVersionOf(row) };
  } catch (error) {
    await transaction.rollback().catch(() => undefined);
    throw error;
  }
}
