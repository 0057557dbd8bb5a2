import { valuesOf, type DataRow } from '../../../ground/database/rows/dataRow';
import { constantNumber, joined, sql, type Sql } from '../../../ground/database/sql';
import type { Table } from '../../model/mart';
import type { QueryContext } from '../columns/context';
import { edgeText } from './jsonList';
import {
  edgeCursor,
  newestVersion,
  NO_ROWS,
  planSet,
  textOf,
  type JsonPageWants,
} from './jsonPage';
import type { JsonRow } from './jsonRow';
import { JsonRows } from './jsonRows';
import type { JsonStatement } from './jsonStatement';
import type { JsonText } from './jsonText';
import { isSayable } from '../values/jsonValue';
import { beyondCursor, inReadingOrder, neighbours, withinSql } from '../arguments/keyset';
import type { OrderTerm } from '../values/order';
import type { PageRequest, RowsPlan } from '../pages/page';
import { shownByCaller, shownSql } from '../values/shownValue';

/** Columns that stand before those of a row: what is told of the page, and whether there is a row. */
const OF_PAGE = 4;

/**
 * A page by itself, whose rows PostgreSQL sends as they are: their JSON is made here, in a third of the time.
 * The statement tells the newest data version in each row, and in one that is none where the page is empty.
 * Otherwise as `planJsonPage`. Throws BadInput, NotAsJson.
 */
export function planJsonRowsPage(
  table: Table,
  request: PageRequest,
  wants: JsonPageWants,
  context: QueryContext,
): JsonStatement {
  const { plan, set } = planSet(table, request, wants, context);
  const { terms, window } = plan;
  const {
    edge,
    rows: { row },
  } = wants;
  const { columns, count, json } = edge
    ? listOf(edgeText(edge, row.text, edgeCursor(plan, edge, context)))
    : listOfRows(row);
  const ends = wants.ends ? terms.map((term) => sql`, ${termSql(term)}`) : [];
  const { list, pageInfo } = wants;
  // One extra row shows whether there are more; it is not part of the page.
  const most = list || wants.ends || pageInfo ? window.size + (pageInfo ? 1 : 0) : 0;
  const ofPage = [
    newestVersion,
    beyondCursor(set, terms, window, wants.pageInfo) ?? sql`false`,
    wants.totalCount ? sql`select count(*) from ${set.from} ${set.where()}` : sql`null`,
  ].map((each) => sql`(${each})`);
  return {
    statement: sql`select * from (select ${joined(ofPage, ', ')}) as page left join lateral (select true${columns}${joined(ends, '')}
      from ${set.from} ${set.where(...withinSql(terms, window))} ${inReadingOrder(terms, window)} limit ${constantNumber(most)}) as found on true`,
    pagesOf(answered) {
      const [first] = answered;
      if (!first) return undefined;
      const [version, past, rowsInAll, isRow] = valuesOf(first);
      // Other data was published meanwhile.
      if (textOf(version) !== context.dataVersionId) return undefined;
      const found = isRow === null ? [] : answered;
      const rows = found.slice(0, window.size);
      if (window.backward) rows.reverse();
      const written = rows.length === 0 ? NO_ROWS : json.written(rows);
      // Something cannot be said: the resolvers report it.
      if (!written || !isSayable(written)) return undefined;
      const cursorOf = (at: DataRow | undefined) =>
        at && wants.ends ? cursorText(plan, valuesOf(at).slice(OF_PAGE + count)) : null;
      const page = {
        list: written,
        startCursor: cursorOf(rows[0]),
        endCursor: cursorOf(rows.at(-1)),
        ...neighbours(window, found.length > window.size, textOf(past) === 't'),
        dataVersionChanged: window.dataVersionChanged,
        totalCount: rowsInAll ? Number(textOf(rowsInAll)) : null,
      };
      return [page];
    },
  };
}

/** What of a list is read, and how it becomes JSON. */
interface List {
  /** Each with a comma before it. */
  readonly columns: Sql;
  readonly count: number;
  readonly json: JsonRows;
}

function listOf(text: JsonText): List {
  const { cells } = text.inCells();
  return {
    columns: joined(
      cells.map(({ column }) => sql`, ${column}`),
      '',
    ),
    count: cells.length,
    json: new JsonRows(text, OF_PAGE),
  };
}

const listsOfRows = new WeakMap<JsonRow, List>();

/** The same for all pages of what a document asks for. */
function listOfRows(row: JsonRow): List {
  const known = listsOfRows.get(row);
  if (known) return known;
  const list = listOf(row.text);
  listsOfRows.set(row, list);
  return list;
}

/** As a text that is shown in cursors. */
function termSql({ type, expression }: OrderTerm): Sql {
  return type === 'Boolean' ? sql`(${expression})::text` : shownSql(type, expression);
}

function cursorText({ cursors, terms }: RowsPlan, values: readonly (Buffer | null)[]): string {
  return cursors.write(terms.map(({ type }, index) => shownByCaller(type, textOf(values[index]))));
}
