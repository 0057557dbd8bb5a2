import { valuesOf, type DataRow } from '../../../ground/database/rows/dataRow';
import { identifier, joined, sql, type Sql } from '../../../ground/database/sql';
import type { JsonPage, JsonPagePlan } from './jsonPage';

/** A statement, and the pages that its rows make; undefined where the resolvers must answer. */
export interface JsonStatement {
  readonly statement: Sql;
  pagesOf(rows: readonly DataRow[]): readonly JsonPage[] | undefined;
}

/** All pages by one statement of one row. */
export function planTogether(plans: readonly JsonPagePlan[]): JsonStatement {
  const parts = plans.map(
    ({ statement }, index) => sql`(${statement}) as ${identifier(`page_${String(index)}`)}`,
  );
  return {
    statement: sql`select * from ${joined(parts, ', ')}`,
    pagesOf([row]) {
      if (!row) return undefined;
      const values = valuesOf(row);
      const pages: JsonPage[] = [];
      let from = 0;
      for (const { columns, pageOf } of plans) {
        const page = pageOf(values.slice(from, from + columns));
        if (!page) return undefined;
        pages.push(page);
        from += columns;
      }
      return pages;
    },
  };
}
