import type { Knex } from 'knex';
import type { Model } from '../../model/mart';

/** About how many rows a table has, by its name in the model. */
export type TableSizes = (table: string) => number;

/** It grows with what is asked, and is counted and searched as the tables of the model are. */
export const LEDGER = 'access.ledger';

/** What a smaller table is taken for; also one of which nothing is known yet. */
const MIN_ROWS = 1_000;

/** As PostgreSQL estimates them for its plans: the density of the last look by the pages of now. */
const SIZES = `
  select name, case when relpages > 0 and reltuples >= 0
    then reltuples / relpages * (pg_relation_size(oid) / current_setting('block_size')::integer)
    else pg_relation_size(oid) / 300.0 end as rows
  from unnest(?::text[]) as name join pg_class on oid = to_regclass(name)`;

/** A table's pages are counted under a lock, for which a migration may be long in the way: then it stays as it was. */
const BRIEFLY = `set local lock_timeout = '500ms'`;

/**
 * Remembers how many rows the tables of the model have, in round numbers: the same question costs the same for
 * as long as the data are about as many. It is asked again at each publication.
 */
export class KnownTableSizes {
  private readonly rows = new Map<string, number>();

  private readonly tables: readonly string[];
  private looks = 0;

  constructor(
    private readonly database: Knex,
    model: Model | undefined,
  ) {
    const tables = [...(model?.marts ?? []), ...(model?.entities ?? [])];
    this.tables = [...tables.map(({ table }) => table), LEDGER];
  }

  readonly edition = (): number => this.looks;

  /** Asks how many there are now. Where the database does not say so at once it stays as it was. */
  readonly lookAnew = (): Promise<void> => {
    return this.ask();
  };

  readonly of: TableSizes = (table) => this.rows.get(table) ?? MIN_ROWS;

  private async ask(): Promise<void> {
    try {
      const rows = await this.database.transaction(async (transaction) => {
        await transaction.raw(BRIEFLY);
        const answer = await transaction.raw<{ rows: { name: string; rows: number }[] }>(SIZES, [
          this.tables,
        ] as unknown as Knex.RawBinding[]);
        return answer.rows;
      });
      for (const { name, rows: estimate } of rows) this.rows.set(name, roundedUp(Number(estimate)));
      this.looks += 1;
    } catch {
      // Without the database nothing is asked of these tables; the next publication tells of them.
    }
  }
}

/** With one digit, such as 30,000 for 27,259. */
function roundedUp(rows: number): number {
  if (!(rows > MIN_ROWS)) return MIN_ROWS;
  const step = 10 ** Math.floor(Math.log10(rows));
  return Math.ceil(rows / step) * step;
}
