import { setTimeout as delay } from 'node:timers/promises';
import type { Knex } from 'knex';
import type { Client } from 'pg';

/** The trigger on access.api_keys tells every change here, as it commits. */
const CHANNEL = 'techorda_key_changes';
const RETRY_AFTER = 1_000;

/** Hears of changes of keys, in this process or any other, over a connection of its own. */
export interface KeyChanges {
  /** Whether changes are heard of right now. */
  listening(): boolean;
  /** Ends the connection and all attempts to make one. */
  close(): Promise<void>;
}

/**
 * Calls `forget` at each change, and whenever some may have been missed. The connection stands beside
 * the pool, whose connections other statements use; it is made anew for as long as it breaks.
 */
export function listenToKeyChanges(database: Knex, forget: () => void): KeyChanges {
  let current: Client | undefined;
  let retry: NodeJS.Timeout | undefined;
  let closed = false;

  const again = (client?: Client) => {
    if (client !== current) return;
    current = undefined;
    forget();
    if (closed) return;
    retry = setTimeout(() => {
      connecting = connect();
    }, RETRY_AFTER);
    retry.unref();
  };

  const connect = async (): Promise<void> => {
    const client = await openConnection(database).catch(() => undefined);
    if (!client) return again();
    client.on('error', () => again(client));
    client.on('end', () => again(client));
    client.on('notification', forget);
    try {
      if (!closed) await client.query(`listen ${CHANNEL}`);
    } catch {
      await client.end().catch(() => undefined);
      return again();
    }
    if (closed) return void (await client.end().catch(() => undefined));
    current = client;
    // What was remembered before the first notification could arrive may be out of date.
    forget();
  };

  let connecting = connect();
  return {
    listening: () => current !== undefined,
    async close() {
      closed = true;
      clearTimeout(retry);
      // An attempt that the network swallowed ends by itself, whenever that is: `closed` is set.
      await Promise.race([connecting, delay(RETRY_AFTER, undefined, { ref: false })]);
      const client = current;
      current = undefined;
      await client?.end().catch(() => undefined);
    },
  };
}

/** A connection with the pool's settings that is not the pool's. */
async function openConnection(database: Knex): Promise<Client> {
  return (await database.client.acquireRawConnection()) as Client;
}
