import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Knex } from 'knex';
import type { Client } from 'pg';
import { connectionBeside } from './connectionBeside';
import { backendOf } from './sessionSettings';

/** Connections that are compared with each other. */
const CONNECTIONS = 3;
/** Each sends so many statements, in turn and at once. */
const ROUNDS = 4;
/** A pooler of sessions whose server connections are all at work answers no more than these, in milliseconds. */
const PATIENCE = 3_000;

/** Behind the address is a pooler that hands on server connections in the midst of a session. */
export class PoolerRefused extends Error {
  override readonly name = 'PoolerRefused';
  constructor() {
    super(
      'DATABASE_URL leads to a pooler that gives the statements of one connection to several server connections ' +
        '(PgBouncer: pool_mode = transaction or statement). Locks, settings, prepared statements and LISTEN would ' +
        'not hold, and one caller could get the rows of another. Set its pool_mode to session for this database ' +
        'and user, or let DATABASE_URL lead to PostgreSQL itself.',
    );
  }
}

interface Seen {
  readonly pid: number;
  readonly token: string | null;
}

const LOOK = `select pg_backend_pid() as pid, current_setting('techorda.connection', true) as token`;

/**
 * Throws {@link PoolerRefused} where what a session sets does not stay with its connection. Connections that
 * PostgreSQL itself answered at their start need no further look; others are compared under load of each other: each must keep
 * its own server process and its own setting, with and without others in a transaction.
 */
export async function refuseHandedOnSessions(database: Knex): Promise<void> {
  const first = await connectionBeside(database);
  if (isDirect(first)) return await first.end();
  const clients = [first];
  try {
    while (clients.length < CONNECTIONS) {
      const another = await soon(connectionBeside(database));
      if (!another) break;
      clients.push(another);
    }
    await compare(clients);
  } finally {
    for (const client of clients) client.end().catch(() => undefined);
  }
}

/** PostgreSQL says at the start which process it is; a pooler says a number of its own. */
function isDirect(client: Client): boolean {
  return (client as Client & { processID: number | null }).processID === backendOf(client);
}

async function compare(clients: readonly Client[]): Promise<void> {
  const tokens = clients.map(() => randomUUID());
  const first = await Promise.all(
    clients.map(async (client, index) => {
      await client.query(`select set_config('techorda.connection', $1, false)`, [tokens[index]]);
      return await look(client);
    }),
  );
  const judge = (seen: readonly Seen[]) => {
    const isOwn = seen.every(
      ({ pid, token }, index) => pid === first[index]?.pid && token === tokens[index],
    );
    const apart = new Set(seen.map(({ pid }) => pid)).size === seen.length;
    if (!isOwn || !apart) throw new PoolerRefused();
  };
  judge(first);
  for (let round = 0; round < ROUNDS; round += 1) {
    judge(await Promise.all(clients.map(look)));
    const inTurn: Seen[] = [];
    for (const client of clients) inTurn.push(await look(client));
    judge(inTurn);
    await beside(clients, round, judge);
  }
}

/** While another connection is in a transaction, which takes a server connection from those that are free. */
async function beside(
  clients: readonly Client[],
  round: number,
  judge: (seen: readonly Seen[]) => void,
): Promise<void> {
  const holder = clients[round % clients.length];
  await holder?.query('begin').catch((error: unknown) => {
    // So PgBouncer says in statement mode.
    throw Object.assign(new PoolerRefused(), { cause: error });
  });
  judge(await Promise.all(clients.map(look)));
  await holder?.query('commit');
}

async function look(client: Client): Promise<Seen> {
  const { rows } = await client.query<Seen>(LOOK);
  return rows[0] ?? { pid: 0, token: null };
}

/** The connection, if it comes before the patience is over; one that comes later is ended. */
async function soon(connecting: Promise<Client>): Promise<Client | undefined> {
  const late = sleep(PATIENCE, undefined, { ref: false });
  const client = await Promise.race([connecting.catch(() => undefined), late]);
  if (!client) void connecting.then((opened) => opened.end()).catch(() => undefined);
  return client ?? undefined;
}
