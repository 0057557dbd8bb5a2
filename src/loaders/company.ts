import DataLoader from 'dataloader';
import type { Knex } from 'knex';
import type { Table } from '../model/mart';
import type { QueryContext } from '../query/context';
import { readPage, type Row } from '../query/page';
import type { QuietMoment } from './quietMoment';

/** What a request's loaders ask: its snapshot, as its caller may see it. */
export interface Reading {
  readonly database: Knex;
  readonly query: QueryContext;
}

/** By company_id: the company with all its columns, its BIN as the caller sees it. */
export type CompanyLoader = DataLoader<number, Row | null>;

/** The longest page. */
const BATCH = 1_000;

export function companyLoader(
  companies: Table,
  read: () => Promise<Reading>,
  moment: QuietMoment,
): CompanyLoader {
  const fields = [...companies.dimensions.map(({ field }) => field), 'binMasked'];
  return new DataLoader(
    async (ids) => {
      const { database, query } = await read();
      const request = { filter: { companyId: { in: [...ids] } }, first: BATCH };
      const page = await readPage(
        database,
        companies,
        request,
        { fields, totalCount: false, pageInfo: false },
        query,
      );
      const found = new Map(page.rows.map((row) => [row['companyId'], row]));
      return ids.map((id) => found.get(id) ?? null);
    },
    { maxBatchSize: BATCH, batchScheduleFn: moment.schedule },
  );
}
