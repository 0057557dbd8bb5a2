import type { Knex } from 'knex';
import { identifier, joined, nothing, rowsOf, sql, type Sql } from '../../../ground/database/sql';
import type { Table } from '../../model/mart';
import type { QueryContext } from '../columns/context';
import { beyondCursor, inReadingOrder, sliceOf, withinSql } from '../arguments/keyset';
import { operandsOf } from '../columns/operand';
import { planPage, type Page, type PagePlan, type PageRequest, type PageWants } from './page';

/** Rows of whole numbers, such as the ids of companies, whose pages are read together. */
export interface Parents {
  /** The fields of the table that must equal a parent's values. */
  readonly by: readonly string[];
  /** The values of each parent, in the order of `by`. Each parent stands once. */
  readonly values: readonly (readonly number[])[];
}

/** More rows than may be read. */
export class TooManyRows extends Error {
  override readonly name = 'TooManyRows';
}

interface FoundRow extends Record<string, unknown> {
  readonly parent_no: string;
  /** Null in the one row of a parent without rows. */
  readonly row_no: string | null;
  readonly rows_in_all?: string;
  readonly beyond_cursor?: boolean;
}

/**
 * Reads the same page below each parent, in the order of the parents, all by one statement: each
 * parent's page comes out of an index and ends at its size, however many rows other parents have.
 * Throws BadInput where an argument cannot be used, TooManyRows where it would be more than `maxRows`.
 */
export async function readPages(
  database: Knex,
  table: Table,
  request: PageRequest,
  wants: PageWants,
  context: QueryContext,
  parents: Parents,
  maxRows: number,
): Promise<Page[]> {
  const plan = planPage(table, request, wants, context, [linkSql(table, parents)]);
  const found = await rowsOf<FoundRow>(database, statement(plan, wants, parents, maxRows));
  if (found.length > maxRows) throw new TooManyRows();

  const ofParent = parents.values.map((): FoundRow[] => []);
  for (const row of found) ofParent[Number(row.parent_no) - 1]?.push(row);
  return ofParent.map((rows) => {
    const [first] = rows;
    const slice = sliceOf(
      rows.filter(({ row_no }) => row_no !== null),
      plan.window,
      first?.beyond_cursor ?? false,
    );
    return plan.pageOf(slice, first?.rows_in_all === undefined ? null : Number(first.rows_in_all));
  });
}

function statement(
  { set, terms, window }: PagePlan,
  wants: PageWants,
  { by, values }: Parents,
  maxRows: number,
): Sql {
  const arrays = by.map((_, index) => sql`${values.map((of) => of[index] ?? null)}::integer[]`);
  const names = by.map((field) => identifier(parentAlias(field)));
  const beyond = beyondCursor(set, terms, window, wants.pageInfo !== false);
  const order = inReadingOrder(terms, window);
  return sql`
    select parent.parent_no, page.*
      ${wants.totalCount ? sql`, counted.rows_in_all` : nothing}
      ${beyond ? sql`, cursor.beyond_cursor` : nothing}
    from unnest(${joined(arrays, ', ')}) with ordinality as parent (${joined(names, ', ')}, parent_no)
    ${wants.totalCount ? sql`cross join lateral (select count(*) as rows_in_all from ${set.from} ${set.where()}) as counted` : nothing}
    ${beyond ? sql`cross join lateral (select ${beyond} as beyond_cursor) as cursor` : nothing}
    left join lateral (
      select row_number() over (${order}) as row_no, ${set.columns}
      from ${set.from} ${set.where(...withinSql(terms, window))} ${order} limit ${window.size + 1}
    ) as page on true
    order by parent.parent_no, page.row_no
    limit ${maxRows + 1}`;
}

function linkSql(table: Table, { by }: Parents): Sql {
  const equal = by.map((field) => {
    const place = operandsOf(table).get(field)?.place;
    if (place?.of !== 'column') throw new Error(`${table.name} has no column for ${field}.`);
    return sql`${identifier(`m.${place.column}`)} = ${identifier(`parent.${parentAlias(field)}`)}`;
  });
  return joined(equal, ' and ');
}

/** Of no table's column, so that it means the same in every statement below. */
function parentAlias(field: string): string {
  return `parent_${field}`;
}
