import type { Table } from '../../model/mart';
import { screamingSnake } from '../../model/names';
import type { QueryContext } from '../../query/context';
import type { JsonPage, JsonPageWants } from '../../query/jsonPage';
import { NotAsJson } from '../../query/jsonRow';
import type { PageRequest } from '../../query/page';
import { showsBins, type AskedField, type RowSelection } from './rowSelection';

/** The JSON of a page, out of its rows' JSON. */
export type PageWriting = (page: JsonPage) => string;

/** What a field of the query asks of a page of a table, and how its answer is written. */
export function pageSelection(
  table: Table,
  field: AskedField,
  selection: RowSelection,
  context: QueryContext,
): { readonly request: PageRequest; readonly wants: JsonPageWants; readonly writing: PageWriting } {
  const entries = selection.below(field);
  const needs = { cursors: false, totalCount: false, pageInfo: false };
  const list = rowsOf(entries, selection);
  const parts = entries.map((entry): [string, PageWriting] => [
    entry.key,
    entryWriting(table, entry, selection, needs),
  ]);
  const request = selection.argumentsOf(field);
  // Cursors show the values of the order: who reads BINs there is counted by the resolvers.
  if (needs.cursors && ordersByBin(table, request) && showsBins(table, context)) {
    throw new NotAsJson('Cursors may show BINs.');
  }
  const fields = list ? selection.ofRow(table, list) : [];
  return { request, wants: { fields, ...needs }, writing: objectWriting(parts) };
}

/** The field under which the rows stand. */
function rowsOf(entries: readonly AskedField[], selection: RowSelection): AskedField | undefined {
  const lists = entries.filter(({ name }) => name === 'nodes' || name === 'edges');
  if (lists.length > 1) throw new NotAsJson('A page is asked for its rows in two forms.');
  const [list] = lists;
  if (list?.name !== 'edges') return list;
  const nodes = selection.below(list).filter(({ name }) => name === 'node');
  if (nodes.length > 1) throw new NotAsJson('An edge is asked for its row in two forms.');
  return nodes[0];
}

interface Needs {
  cursors: boolean;
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
      return ({ nodes }) => `[${nodes.join(',')}]`;
    case 'edges':
      return edgesWriting(table, entry, selection, needs);
    case 'totalCount':
      needs.totalCount = true;
      return ({ totalCount }) => String(totalCount);
    case 'pageInfo':
      return pageInfoWriting(entry, selection, needs);
    default:
      throw new NotAsJson(`${entry.name} of a page is not read as JSON.`);
  }
}

function edgesWriting(
  table: Table,
  entry: AskedField,
  selection: RowSelection,
  needs: Needs,
): PageWriting {
  const parts = selection.below(entry).map(({ key, name }) => {
    if (name === 'cursor') needs.cursors = true;
    const text = { __typename: `"${table.name}Edge"`, node: 'node', cursor: 'cursor' }[name];
    if (text === undefined) throw new NotAsJson(`${name} of an edge is not read as JSON.`);
    return { start: `"${key}":`, text, name };
  });
  const edge = (node: string, cursor: string | undefined) => {
    const texts = parts.map(({ start, text, name }) => {
      if (name === 'node') return start + node;
      return name === 'cursor' ? `${start}"${cursor ?? ''}"` : start + text;
    });
    return `{${texts.join(',')}}`;
  };
  return ({ nodes, cursors }) =>
    `[${nodes.map((node, index) => edge(node, cursors[index])).join(',')}]`;
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
        needs.cursors = true;
        return [key, ({ cursors }) => cursorText(cursors.at(0))];
      case 'endCursor':
        needs.cursors = true;
        return [key, ({ cursors }) => cursorText(cursors.at(-1))];
      default:
        throw new NotAsJson(`${name} of a page's information is not read as JSON.`);
    }
  });
  return objectWriting(parts);
}

/** Null of a page without rows. */
function cursorText(cursor: string | undefined): string {
  return cursor === undefined ? 'null' : `"${cursor}"`;
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
