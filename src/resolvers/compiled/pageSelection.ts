import type { Table } from '../../model/mart';
import { screamingSnake } from '../../model/names';
import type { QueryContext } from '../../query/context';
import { selectRows, type JsonPage, type JsonPageWants } from '../../query/jsonPage';
import { NotAsJson } from '../../query/jsonRow';
import type { PageRequest } from '../../query/page';
import { listOf, showsBins, type AskedField, type RowSelection } from './rowSelection';

/** The JSON of a page, out of its rows' JSON. */
export type PageWriting = (page: JsonPage) => string;

export interface PageSelection {
  readonly wants: JsonPageWants;
  readonly writing: PageWriting;
  /** Throws NotAsJson where the page cannot be read with these arguments. */
  check(request: PageRequest): void;
}

/** What a field of the query asks of a page of a table, and how its answer is written. */
export function pageSelection(
  table: Table,
  field: AskedField,
  selection: RowSelection,
  context: QueryContext,
): PageSelection {
  const entries = selection.below(field);
  const needs = { ends: false, totalCount: false, pageInfo: false };
  const { list, edge } = listOf(entries, selection);
  const parts = entries.map((entry): [string, PageWriting] => [
    entry.key,
    entryWriting(table, entry, selection, needs),
  ]);
  const rows = selectRows(table, list ? selection.ofRow(table, list) : [], context);
  const cursors = needs.ends || edge?.some(({ of }) => of === 'cursor') === true;
  return {
    wants: { rows, edge, ...needs },
    writing: objectWriting(parts),
    check(request) {
      // Cursors show the values of the order: who reads BINs there is counted by the resolvers.
      if (cursors && ordersByBin(table, request) && showsBins(table, context)) {
        throw new NotAsJson('Cursors may show BINs.');
      }
    },
  };
}

interface Needs {
  ends: boolean;
  totalCount: boolean;
  pageInfo: boolean;
}

function entryWriting(
  table: Table,
  entry: AskedField,
  selection: RowSelection,
  needs: Needs,
): PageWriting {
  switch (entry.name) {
    case '__typename':
      return () => `"${table.name}Connection"`;
    case 'nodes':
    case 'edges':
      return ({ list }) => `[${list}]`;
    case 'totalCount':
      needs.totalCount = true;
      return ({ totalCount }) => String(totalCount);
    case 'pageInfo':
      return pageInfoWriting(entry, selection, needs);
    default:
      throw new NotAsJson(`${entry.name} of a page is not read as JSON.`);
  }
}

function pageInfoWriting(entry: AskedField, selection: RowSelection, needs: Needs): PageWriting {
  const parts = selection.below(entry).map(({ key, name }): [string, PageWriting] => {
    switch (name) {
      case '__typename':
        return [key, () => '"PageInfo"'];
      case 'hasNextPage':
        needs.pageInfo = true;
        return [key, ({ hasNextPage }) => String(hasNextPage)];
      case 'hasPreviousPage':
        needs.pageInfo = true;
        return [key, ({ hasPreviousPage }) => String(hasPreviousPage)];
      case 'dataVersionChanged':
        return [key, ({ dataVersionChanged }) => String(dataVersionChanged)];
      case 'startCursor':
        needs.ends = true;
        return [key, ({ startCursor }) => cursorText(startCursor)];
      case 'endCursor':
        needs.ends = true;
        return [key, ({ endCursor }) => cursorText(endCursor)];
      default:
        throw new NotAsJson(`${name} of a page's information is not read as JSON.`);
    }
  });
  return objectWriting(parts);
}

/** Null of a page without rows. */
function cursorText(cursor: string | null): string {
  return cursor === null ? 'null' : `"${cursor}"`;
}

function objectWriting(parts: readonly [string, PageWriting][]): PageWriting {
  return (page) => `{${parts.map(([key, writing]) => `"${key}":${writing(page)}`).join(',')}}`;
}

function ordersByBin({ dimensions }: Table, { orderBy }: PageRequest): boolean {
  const named = JSON.stringify(orderBy ?? []);
  return dimensions.some(
    ({ masked, field }) => masked && named.includes(`"${screamingSnake(field)}"`),
  );
}
