import type { Table } from '../../model/mart';
import { screamingSnake } from '../../model/names';
import type { QueryContext } from '../../query/columns/context';
import { selectRows, type JsonPage, type JsonPageWants } from '../../query/text/jsonPage';
import { NotAsJson } from '../../query/text/jsonFields';
import type { PageRequest } from '../../query/pages/page';
import type { AskedField } from './askedFields';
import { listOf, showsBins, type RowSelection } from './rowSelection';

/** What an answer is put together of. */
export type Pieces = (string | Buffer)[];

/** Writes the JSON of a page: its rows' is one long piece, which is not to be copied with the others. */
export type PageWriting = (page: JsonPage, out: Pieces) => void;

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
  // Also where none of its rows is asked for.
  selection.tables.add(table);
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
    wants: { rows, list: list !== undefined || edge !== undefined, edge, ...needs },
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
      return (_, out) => void out.push(`"${table.name}Connection"`);
    case 'nodes':
    case 'edges':
      return ({ list }, out) => void out.push('[', list, ']');
    case 'totalCount':
      needs.totalCount = true;
      return ({ totalCount }, out) => void out.push(String(totalCount));
    case 'pageInfo':
      return pageInfoWriting(entry, selection, needs);
    default:
      throw new NotAsJson(`${entry.name} of a page is not read as JSON.`);
  }
}

function pageInfoWriting(entry: AskedField, selection: RowSelection, needs: Needs): PageWriting {
  const parts = selection.below(entry).map(({ key, name }): [string, PageWriting] => {
    const text = pageInfoText(name, needs);
    return [key, (page, out) => void out.push(text(page))];
  });
  return objectWriting(parts);
}

function pageInfoText(name: string, needs: Needs): (page: JsonPage) => string {
  switch (name) {
    case '__typename':
      return () => '"PageInfo"';
    case 'hasNextPage':
      needs.pageInfo = true;
      return ({ hasNextPage }) => String(hasNextPage);
    case 'hasPreviousPage':
      needs.pageInfo = true;
      return ({ hasPreviousPage }) => String(hasPreviousPage);
    case 'dataVersionChanged':
      return ({ dataVersionChanged }) => String(dataVersionChanged);
    case 'startCursor':
      needs.ends = true;
      return ({ startCursor }) => cursorText(startCursor);
    case 'endCursor':
      needs.ends = true;
      return ({ endCursor }) => cursorText(endCursor);
    default:
      throw new NotAsJson(`${name} of a page's information is not read as JSON.`);
  }
}

/** Null of a page without rows. */
function cursorText(cursor: string | null): string {
  return cursor === null ? 'null' : `"${cursor}"`;
}

function objectWriting(parts: readonly [string, PageWriting][]): PageWriting {
  return (page, out) => {
    parts.forEach(([key, writing], index) => {
      out.push(`${index === 0 ? '{' : ','}"${key}":`);
      writing(page, out);
    });
    out.push('}');
  };
}

function ordersByBin({ dimensions }: Table, { orderBy }: PageRequest): boolean {
  const named = JSON.stringify(orderBy ?? []);
  return dimensions.some(
    ({ masked, field }) => masked && named.includes(`"${screamingSnake(field)}"`),
  );
}
