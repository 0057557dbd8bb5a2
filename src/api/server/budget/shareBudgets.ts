import type { Knex } from 'knex';
import type { Budgets } from './budgets';

const EVERY = 1_000;
/** Minutes by which clocks of two machines may differ. */
const AHEAD = 5;

interface TotalRow {
  readonly caller: string;
  readonly minute: string;
  readonly requests: string;
  readonly cost: string;
  readonly lookups: string;
}

const TELL = `
  insert into access.spending as known (caller, minute, requests, cost, lookups)
  select * from unnest(?::text[], ?::bigint[], ?::bigint[], ?::bigint[], ?::bigint[])
  on conflict (caller, minute) do update set
    requests = known.requests + excluded.requests,
    cost = known.cost + excluded.cost,
    lookups = known.lookups + excluded.lookups
  returning caller, minute, requests, cost, lookups`;

/** Tells the other processes what is spent here, and hears what they spent. Where nothing is, it rests. */
export function shareBudgets(
  database: Knex,
  budgets: Budgets,
): { tell(): Promise<void>; close(): Promise<void> } {
  let cleared = 0;
  const tell = async () => {
    const statements = budgets.untold();
    if (statements.length === 0) return;
    const { rows } = await database.raw<{ rows: TotalRow[] }>(TELL, [
      statements.map(({ caller }) => caller),
      statements.map(({ minute }) => minute),
      statements.map(({ requests }) => requests),
      statements.map(({ cost }) => cost),
      statements.map(({ lookups }) => lookups),
    ] as unknown as Knex.RawBinding[]);
    for (const { caller, minute, requests, cost, lookups } of rows) {
      budgets.hear({
        caller,
        minute: Number(minute),
        requests: Number(requests),
        cost: Number(cost),
        lookups: Number(lookups),
      });
    }
    const [{ minute } = { minute: 0 }] = statements;
    if (minute === cleared) return;
    cleared = minute;
    await database.raw(
      // A clock that was ahead counted in minutes to come, which would begin with what was spent there.
      'delete from access.spending where minute < ? or minute > ?',
      [minute - 1, minute + AHEAD],
    );
  };

  // Without the database each process counts on alone; there is then not much to be spent.
  let telling = Promise.resolve();
  const timer = setInterval(() => {
    telling = telling.then(tell).catch(() => undefined);
  }, EVERY);
  timer.unref();
  return {
    tell,
    async close() {
      clearInterval(timer);
      await telling;
    },
  };
}
