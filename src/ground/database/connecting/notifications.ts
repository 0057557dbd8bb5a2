import { setTimeout as delay } from 'node:timers/promises';
import type { Knex } from 'knex';
import type { Client } from 'pg';
import { connectionBeside } from './connectionBeside';
import { socketOf } from '../lentClient';
import { identifier } from '../sql';

const RETRY_AFTER = 1_000;
/** How often the connection must show that it lives; a network that swallows all does not tell. */
const HEARTBEAT = 15_000;
/** How long it may take to show so. */
const PATIENCE = 5_000;

/**
 * Called when something was said on the channel, and whenever something may have been said unheard: what is
 * known may be out of date. Anybody may have said it, and as often as they like. A failure is told as trouble.
 */
export type Look = () => void;

/** Hears that something is said by NOTIFY, in this process or any other, over one connection of its own. */
export interface Notifications {
  /** Listens to a channel; each has one listener. */
  on(channel: string, look: Look): void;
  /** Whether messages are heard right now. */
  listening(): boolean;
  /**
   * Asks something short over the listening connection, past everybody who waits for the pool's. Undefined
   * where nothing is heard right now.
   */
  ask(text: string): Promise<readonly unknown[]> | undefined;
  /** Ends the connection and all attempts to make one. */
  close(): Promise<void>;
}

/**
 * One listening connection for the whole process. It stands beside the pool, whose connections other
 * statements use, and it is made again for as long as it breaks.
 */
export function openNotifications(
  database: Knex,
  onTrouble: (error: unknown) => void = () => undefined,
): Notifications {
  const listeners = new Map<string, Look>();
  let client: Client | undefined;
  let hears = false;
  let retry: NodeJS.Timeout | undefined;
  let closed = false;

  // What a listener throws must not end the process, as it would in an event of the connection.
  const tell = (look: Look | undefined) => {
    try {
      look?.();
    } catch (error) {
      onTrouble(error);
    }
  };
  const missed = () => {
    for (const look of listeners.values()) tell(look);
  };

  const lost = (broken?: Client) => {
    if (broken !== client) return;
    client = undefined;
    hears = false;
    missed();
    if (closed) return;
    retry = setTimeout(() => {
      connecting = connect();
    }, RETRY_AFTER);
    retry.unref();
  };

  const connect = async (): Promise<void> => {
    const opened = await connectionBeside(database).catch(() => undefined);
    if (!opened) return lost();
    if (closed) return void opened.end().catch(() => undefined);
    client = opened;
    opened.on('error', () => lost(opened));
    opened.on('end', () => lost(opened));
    opened.on('notification', ({ channel }) => {
      tell(listeners.get(channel));
    });
    try {
      for (const channel of listeners.keys()) await listenTo(opened, channel);
    } catch {
      await opened.end().catch(() => undefined);
      return lost(opened);
    }
    if (client !== opened) return;
    hears = true;
    // What was known before the first message could arrive may be out of date.
    missed();
  };

  const heartbeat = setInterval(() => {
    const asked = client;
    if (!asked || !hears) return;
    const late = setTimeout(() => socketOf(asked).destroy(), PATIENCE);
    const heard = () => clearTimeout(late);
    asked.query('select').then(heard, heard);
  }, HEARTBEAT);
  heartbeat.unref();

  let connecting = connect();
  return {
    on(channel, look) {
      listeners.set(channel, look);
      if (!client || !hears) return;
      void listenTo(client, channel).then(
        () => tell(look),
        () => undefined,
      );
    },
    listening: () => hears,
    ask: (text) => (hears ? client?.query(text).then(({ rows }) => rows) : undefined),
    async close() {
      closed = true;
      clearTimeout(retry);
      clearInterval(heartbeat);
      // An attempt that the network swallowed ends by itself, whenever that is: `closed` is set.
      await Promise.race([connecting, delay(RETRY_AFTER, undefined, { ref: false })]);
      const last = client;
      client = undefined;
      hears = false;
      await last?.end().catch(() => undefined);
    },
  };
}

async function listenTo(client: Client, channel: string): Promise<void> {
  await client.query(`listen ${identifier(channel).text}`);
}
