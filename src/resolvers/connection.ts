import type { GraphQLResolveInfo } from 'graphql';
import { isMart } from '../model/lookup';
import type { Table } from '../model/mart';
import { readPage, type Page, type PageRequest, type PageWants, type Row } from '../query/page';
import type { RequestContext } from './context';
import { withCallersErrors } from './errors';
import { published } from './published';
import { Selection } from './selection';

/** A condition that a connection's place in the graph sets: the rows of one company, for instance. */
export interface Parent {
  readonly column: string;
  readonly value: number;
}

/** The resolver of a field that pages through a table. */
export function connectionOf(table: Table, parentOf?: (source: Row) => Parent) {
  return async (
    source: Row,
    request: PageRequest,
    context: RequestContext,
    info: GraphQLResolveInfo,
  ): Promise<Page> => {
    const { database, query } = await published(context);
    const wants = pageWants(table, Selection.below(info));
    const parent = parentOf && { parent: parentOf(source) };
    return context.loaders.moment.during(() =>
      withCallersErrors(() => readPage(database, table, request, wants, { ...query, ...parent })),
    );
  };
}

/** The fields of a connection's and an edge's type, over the page that was read. */
export const pageFields = {
  nodes: (page: Page) => page.rows,
  edges: (page: Page) => page.rows.map((node) => ({ node, page })),
  pageInfo: (page: Page) => ({
    hasNextPage: page.hasNextPage,
    hasPreviousPage: page.hasPreviousPage,
    startCursor: () => cursorAt(page, 0),
    endCursor: () => cursorAt(page, -1),
  }),
};

export const edgeFields = {
  cursor: ({ node, page }: { node: Row; page: Page }) => page.cursorOf(node),
};

function cursorAt(page: Page, index: number): string | null {
  const row = page.rows.at(index);
  return row ? page.cursorOf(row) : null;
}

function pageWants(table: Table, asked: Selection): PageWants {
  const row = asked.under('nodes').and(asked.under('edges').under('node'));
  return {
    fields: [...new Set([...row.names()].flatMap((name) => columnsFor(table, name)))],
    totalCount: asked.has('totalCount'),
    pageInfo: asked.under('pageInfo').has('hasNextPage', 'hasPreviousPage'),
  };
}

/** What fields with a resolver need of their row. The fields of the key are always there. */
const NEEDS: Readonly<Record<string, readonly string[]>> = {
  certificate: ['certificateNumber', 'serviceRequestId'],
  company: ['companyId'],
};

function columnsFor(table: Table, name: string): readonly string[] {
  const columns = [...table.dimensions, ...(isMart(table) ? table.measures : [])];
  if (columns.some(({ field }) => field === name)) return [name];
  if (table.dimensions.some(({ field, masked }) => masked && `${field}Masked` === name)) {
    return [name];
  }
  return NEEDS[name] ?? [];
}
