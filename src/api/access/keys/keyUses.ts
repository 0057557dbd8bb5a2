import type { Knex } from 'knex';
import { rowsOf, sql } from '../../../ground/database/sql';

/** A key's use is written at most so often. */
const MINUTE = 60_000;
const EVERY = 5_000;

export interface KeyUses {
  /** The key was used just now. */
  note(keyId: string): void;
  close(): Promise<void>;
}

/** Keeps when each key was used last, to the minute, at the cost of a look into a map for a request. */
export function noteKeyUses(
  database: Knex,
  onTrouble: (error: unknown) => void,
  clock: () => number = Date.now,
): KeyUses {
  const noted = new Map<string, number>();
  let unwritten = new Map<string, number>();
  const write = async () => {
    const batch = unwritten;
    if (batch.size === 0) return;
    unwritten = new Map();
    await rowsOf(
      database,
      sql`insert into access.key_uses as known (key_id, last_used_at)
        select key_id, to_timestamp(at)
        from unnest(${[...batch.keys()]}::bigint[], ${[...batch.values()].map((at) => at / 1_000)}::float8[])
          as used (key_id, at)
        where exists (select from access.api_keys as known where known.key_id = used.key_id)
        on conflict (key_id) do update
          set last_used_at = case
            when known.last_used_at > clock_timestamp() + interval '2 minutes' then excluded.last_used_at
            else greatest(known.last_used_at, excluded.last_used_at)
          end`,
    );
  };

  let writing = Promise.resolve();
  const writeNext = () => (writing = writing.then(write).catch(onTrouble));
  const timer = setInterval(() => void writeNext(), EVERY);
  timer.unref();
  return {
    note(keyId) {
      const now = clock();
      // A clock that was ahead and was set right is no reason to be silent until it is there again.
      if (Math.abs(now - (noted.get(keyId) ?? 0)) < MINUTE) return;
      noted.set(keyId, now);
      unwritten.set(keyId, now);
    },
    async close() {
      clearInterval(timer);
      await writeNext();
    },
  };
}
