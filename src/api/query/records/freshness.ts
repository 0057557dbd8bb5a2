import type { Knex } from 'knex';
import { rowsOf, sql } from '../../../ground/database/sql';

/** Events that lie in Bronze and are not applied yet. */
export async function pendingEvents(database: Knex): Promise<string> {
  const [answer] = await rowsOf<{ pending: string }>(
    database,
    sql`select coalesce(sum(arrived.events - coalesce(applied.event_no, 0)), 0)::bigint as pending
      from refresh.arrived as arrived left join refresh.applied as applied using (table_name)`,
  );
  return answer?.pending ?? '0';
}

/** Seconds since a moment, by the clock of the database: it is the one that wrote the moment. */
export async function secondsSince(database: Knex, moment: string): Promise<number> {
  const [answer] = await rowsOf<{ seconds: string }>(
    database,
    sql`select greatest(extract(epoch from clock_timestamp() - ${moment}::timestamptz), 0)::text as seconds`,
  );
  return Number(answer?.seconds ?? 0);
}
