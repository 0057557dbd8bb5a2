import type { Knex } from 'knex';
import type { Client } from 'pg';
import { connectionBeside } from './connectionBeside';

const EVERY = 500;

/** A session that others wait for. What it asked is not read: it may hold values of rows. */
interface Blocker {
  readonly pid: number;
  readonly user: string | null;
  readonly application: string | null;
  readonly state: string | null;
  /** Since when its transaction is open, in seconds; null where this account may not see it. */
  readonly seconds: number | null;
}

/** Sessions of this pool that wait, and whom for. A prepared transaction has no session, and the number 0. */
const BLOCKERS = `
  select distinct blocker.pid, usename as "user", application_name as application, state,
    floor(extract(epoch from now() - xact_start))::integer as seconds
  from unnest($1::integer[]) as waiting (pid)
  cross join unnest(pg_blocking_pids(waiting.pid)) as blocker (pid)
  left join pg_stat_activity activity on activity.pid = blocker.pid
  where blocker.pid <> all($1::integer[])
  order by pid`;

function durationText(seconds: number): string {
  if (seconds < 120) return `${seconds} seconds`;
  if (seconds < 7_200) return `${Math.floor(seconds / 60)} minutes`;
  return `${Math.floor(seconds / 3_600)} hours`;
}

function blockerText({ pid, user, application, state, seconds }: Blocker): string {
  if (pid === 0) return 'a prepared transaction (pg_prepared_xacts lists them)';
  const told = [
    user === null ? undefined : `user ${user}`,
    application === null || application === '' ? undefined : `application ${application}`,
    seconds === null ? undefined : `its transaction open for ${durationText(seconds)}`,
    state === null ? undefined : state,
  ];
  const some = told.filter((text) => text !== undefined).join(', ');
  return `process ${pid} of the database server${some === '' ? '' : ` (${some})`}`;
}

/** Who is in the way of a pool's sessions. */
export interface Blockers {
  /** Those that were seen last, in words; undefined where there were none. */
  readonly seen: string | undefined;
  /** The numbers of their sessions. */
  readonly pids: readonly number[];
}

interface Pool {
  numUsed(): number;
  on(
    event: 'createSuccess' | 'destroySuccess',
    hear: (id: number, client: { processID: number }) => void,
  ): void;
}

interface Watch {
  seen: string | undefined;
  pids: readonly number[];
}

const pidsOfPools = new WeakMap<Knex, Set<number>>();
const watches = new WeakMap<Knex, Watch>();

/** The backends of a pool that was made just now, as they come and go. */
export function notePids(database: Knex): void {
  const pids = new Set<number>();
  const pool = database.client.pool as Pool;
  pool.on('createSuccess', (_, { processID }) => pids.add(processID));
  pool.on('destroySuccess', (_, { processID }) => pids.delete(processID));
  pidsOfPools.set(database, pids);
}

/**
 * Does `work`, and says for whom the pool's sessions wait meanwhile: once for each set of sessions. They are
 * looked for over a connection of its own, since those of the pool are what waits.
 */
export async function tellingBlockers<Result>(
  database: Knex,
  say: (line: string) => void,
  work: (blockers: Blockers) => Promise<Result>,
): Promise<Result> {
  const watched = watches.get(database);
  if (watched) return await work(watched);
  const found: Watch = { seen: undefined, pids: [] };
  watches.set(database, found);
  const pids = pidsOfPools.get(database) ?? new Set<number>();
  const pool = database.client.pool as Pool;
  let client: Client | undefined;
  let told = '';
  const look = async () => {
    if (pool.numUsed() === 0) return;
    client ??= await watcher(database);
    const { rows } = await client.query<Blocker>(BLOCKERS, [[...pids]]);
    if (rows.length === 0) return;
    found.pids = rows.map(({ pid }) => pid);
    found.seen = rows.map(blockerText).join(' and ');
    if (told === found.pids.join()) return;
    told = found.pids.join();
    say(`Waiting for a lock that is held by ${found.seen}.`);
  };
  let looking: Promise<void> = Promise.resolve();
  const timer = setInterval(() => {
    looking = looking.then(look).catch(() => {
      // It is no trouble that nobody can be named.
      void client?.end().catch(() => undefined);
      client = undefined;
    });
  }, EVERY);
  timer.unref();
  try {
    return await work(found);
  } finally {
    watches.delete(database);
    clearInterval(timer);
    await looking;
    await client?.end().catch(() => undefined);
  }
}

async function watcher(database: Knex): Promise<Client> {
  const client = await connectionBeside(database);
  client.on('error', () => undefined);
  return client;
}
