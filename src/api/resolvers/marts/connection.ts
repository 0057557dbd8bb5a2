import type { GraphQLResolveInfo } from 'graphql';
import type { LoadPage } from '../../loaders/linkedPages';
import { isMart } from '../../model/lookup';
import type { Link, Table } from '../../model/mart';
import {
  readPage,
  type Page,
  type PageRequest,
  type PageWants,
  type Row,
} from '../../query/pages/page';
import type { RequestContext } from '../request/context';
import { withCallersErrors } from '../request/errors';
import { pageFields } from '../request/pageFields';
import { published } from '../request/published';
import { requireRight, requireTable } from '../request/rights';
import { rowFields } from './rowFields';
import { numberOf } from './rowValue';
import { Selection } from '../request/selection';
import { countShownBins } from './shownBins';

type Resolver<Answer> = (
  source: Row,
  request: PageRequest,
  context: RequestContext,
  info: GraphQLResolveInfo,
) => Promise<Answer>;

/** The resolvers of the fields that lead to rows. */
export class Connections {
  /** Pages through all rows of a table. */
  ofTable(table: Table): Resolver<Page> {
    return async (_source, request, context, info) => {
      const { database, query } = await published(context);
      requireTable(query.viewer, table);
      const { wants, width } = this.pageAsked(table, Selection.below(info));
      return context.loaders.moment.during(() =>
        withCallersErrors(async () => {
          const page = await readPage(database, table, request, wants, query);
          context.budget.spend(page.rows.length, width);
          countShownBins(context, table, page.rows);
          return page;
        }),
      );
    };
  }

  /** Leads on from the rows of a type, for all of them at once. */
  from({ links }: Table): Record<string, Resolver<unknown>> {
    return Object.fromEntries(
      links.map((link) => [link.field, link.one ? this.toRow(link) : this.toPage(link)]),
    );
  }

  private toPage(link: Link): Resolver<Page> {
    return async (row, request, context, info) => {
      requireTable(requireRight(context, 'marts:read'), link.to);
      const load = context.loaders.linkedPages.of(info.fieldNodes, () => ({
        table: link.to,
        by: link.by,
        request,
        ...this.pageAsked(link.to, Selection.below(info)),
      }));
      const page = await below(load, link, row);
      countShownBins(context, link.to, page.rows);
      return page;
    };
  }

  private toRow(link: Link): Resolver<Row | null> {
    return async (row, _arguments, context, info) => {
      requireTable(requireRight(context, 'marts:read'), link.to);
      const load = context.loaders.linkedPages.of(info.fieldNodes, () => ({
        table: link.to,
        by: link.by,
        request: { first: 1 },
        ...this.rowAsked(link.to, Selection.below(info)),
      }));
      const { rows } = await below(load, link, row);
      countShownBins(context, link.to, rows);
      return rows[0] ?? null;
    };
  }

  private pageAsked(table: Table, asked: Selection) {
    const row = asked.under('nodes').and(asked.under('edges').under('node'));
    const info = asked.under('pageInfo').has('hasNextPage', 'hasPreviousPage');
    return this.rowAsked(table, row, { totalCount: asked.has('totalCount'), pageInfo: info });
  }

  private rowAsked(
    table: Table,
    row: Selection,
    page: Omit<PageWants, 'fields'> = { totalCount: false, pageInfo: false },
  ): { readonly wants: PageWants; readonly width: number } {
    const fields = rowFields(table, row);
    // Each measure of a row may be missing, and is then told of.
    const missing = isMart(table) ? table.measures.length * row.under('missing').width() : 0;
    return { wants: { fields, ...page }, width: row.width() + missing };
  }
}

function below(load: LoadPage, { by }: Link, row: Row): Promise<Page> {
  // No row's key is null, and a company's id is its key.
  const values = by.map((field) => numberOf(row, field) ?? 0);
  return withCallersErrors(() => load(values));
}

export const rowPages = pageFields(
  ({ rows }: Page) => rows,
  (page, row) => page.cursorOf(row),
);
