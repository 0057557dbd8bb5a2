import { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { SQLSTATE } from '../sqlStates';
import { codeOf, messageOf } from '../thrown';
import { socketAddress } from './clientPath';

/** Held, shared, by every process that uses the server; whoever can take it alone is the last. */
const USE_LOCK = 7_402_101;
/** Held while the database is looked for and made. */
const CREATE_LOCK = 7_402_102;

/** Begins the name under which a claim's connection is shown; the process's number ends it. */
const HOLDER = 'techorda embedded server of process ';

/**
 * A process's claim on a running server: a connection that holds a shared lock. A claim ends with its
 * process, however that ends, so no list of users can go stale.
 */
export interface ServerHold {
  /** Gives the claim up. True if no other process holds the server: then it is the caller's to stop. */
  release(): Promise<boolean>;
  /** Drops the connection without asking anything of the server. */
  abandon(): Promise<void>;
  createDatabase(name: string): Promise<void>;
  /** The numbers of the other processes that hold the server. */
  otherHolders(): Promise<number[]>;
}

/** Why there is no claim. */
export interface NoHold {
  /**
   * It is not there, or it is not ready or leaves: in both cases one asks again. Or it refuses, and would
   * refuse the next time.
   */
  readonly state: 'absent' | 'not ready' | 'refused';
  readonly said: string;
}

/** It starts up, shuts down, is full, or lost the connection: waiting mends it. */
const PASSING = /^(57P0[1-5]|53300|08...|E[A-Z]+)$/;

function noHold(error: unknown): NoHold {
  const code = codeOf(error);
  const said = messageOf(error);
  if (code === 'ENOENT' || code === 'ECONNREFUSED') return { state: 'absent', said };
  return { state: code === undefined || PASSING.test(code) ? 'not ready' : 'refused', said };
}

async function query<Row extends object>(client: Client, text: string): Promise<Row[]> {
  return (await client.query<Row>(text)).rows;
}

/**
 * Claims the server whose socket is in this folder. `onLost` is called if the connection breaks later. The
 * signal ends the attempt, not the claim.
 */
export async function holdServer(
  folder: string,
  onLost: () => void,
  signal?: AbortSignal,
): Promise<ServerHold | NoHold> {
  const socket = new Socket();
  const client = new Client({
    // Our own, so that a held server does not keep a process alive that has nothing else to do.
    stream: () => socket,
    connectionString: socketAddress(folder, 'postgres'),
    application_name: `${HOLDER}${process.pid}`,
    connectionTimeoutMillis: 5_000,
    query_timeout: 30_000,
  });
  let ended = false;
  let held = false;
  const lost = () => {
    if (held && !ended) onLost();
    ended = true;
  };
  client.on('error', lost);
  client.on('end', lost);
  const close = async () => {
    ended = true;
    await client.end().catch(() => undefined);
  };
  const giveUp = () => socket.destroy(new Error('The attempt was ended.'));
  signal?.addEventListener('abort', giveUp, { once: true });
  try {
    await client.connect();
    await client.query(`select pg_advisory_lock_shared(${USE_LOCK})`);
    held = true;
    socket.unref();
  } catch (error) {
    await close();
    return noHold(error);
  } finally {
    signal?.removeEventListener('abort', giveUp);
  }
  return {
    async release() {
      if (ended) return false;
      socket.ref();
      try {
        await client.query(`select pg_advisory_unlock_shared(${USE_LOCK})`);
        const [answer] = await query<{ last: boolean }>(
          client,
          `select pg_try_advisory_lock(${USE_LOCK}) as last`,
        );
        ended = true;
        // The lock is kept until the server stops: who comes now waits, is sent away, and starts again.
        if (answer?.last === true) return true;
      } catch {
        return false;
      }
      await close();
      return false;
    },
    abandon: close,
    async otherHolders() {
      socket.ref();
      const rows = await query<{ holder: string }>(
        client,
        `select application_name as holder from pg_stat_activity
         where application_name like '${HOLDER}%' and pid <> pg_backend_pid() order by backend_start`,
      );
      socket.unref();
      return rows.map(({ holder }) => Number(holder.slice(HOLDER.length)));
    },
    async createDatabase(name) {
      socket.ref();
      await client.query(`select pg_advisory_lock(${CREATE_LOCK})`);
      const found = await client.query('select from pg_database where datname = $1', [name]);
      if (found.rowCount === 0) await createFromTemplate(client, name);
      await keepToOurselves(client);
      await client.query(`select pg_advisory_unlock(${CREATE_LOCK})`);
      socket.unref();
    },
  };
}

/** The locks are this database's. They are numbers, which whoever can connect to it could take. */
async function keepToOurselves(client: Client): Promise<void> {
  const open = await client.query(
    "select where has_database_privilege('public', 'postgres', 'connect')",
  );
  if (open.rowCount) await client.query('revoke connect on database postgres from public');
}

/** Autovacuum may be at work in the template, which PostgreSQL then refuses to copy. */
async function createFromTemplate(client: Client, name: string): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await client.query(`create database ${client.escapeIdentifier(name)}`);
      return;
    } catch (error) {
      if (codeOf(error) !== SQLSTATE.objectInUse || attempt === 20) throw error;
      await sleep(250);
    }
  }
}
