import fc from 'fast-check';
import { createKey } from '../../../../src/api/access/keys/keys';
import type { Mart } from '../../../../src/api/model/mart';
import { screamingSnake } from '../../../../src/api/model/names';
import { mart } from '../../query/given/marts';
import { filters, worlds } from '../../query/oracle/arbitraries';
import { storeReports, storeRequests } from '../../query/oracle/store';
import { givenPublication, givenRows } from '../../../support/databases/gold';
import { fetchJson, serveTest, type ServedDatabase } from '../support';

const MARTS = [
  ['generalIndicators', 'incomeTotal', 'lists'],
  ['financing', 'loanFunds', 'none'],
  ['exportByCountry', 'exportIncome', 'items'],
] as const;
const CALLERS = ['marts:read', 'marts:read,bin:read'] as const;

let served: ServedDatabase;
let keys: readonly string[];

beforeAll(async () => {
  served = await serveTest({ product: true, compiled: true, config: { ANSWER_CACHE_BYTES: 0 } });
  await givenPublication(served.database.knex);
  const made = CALLERS.map((rights) => createKey(served.database.knex, { name: 'reader', rights }));
  keys = (await Promise.all(made)).map(({ key }) => key);
});
afterAll(() => served.stop());

const CERTIFICATE = ['number', 'source', 'issueDate', 'endDate', 'conflicting'];

/** The fields of a mart that are values, and how a query asks for them. */
function columnsOf({ dimensions, measures }: Mart): string[] {
  return [...dimensions, ...measures].flatMap((column) =>
    'masked' in column && column.masked ? [column.field, `${column.field}Masked`] : [column.field],
  );
}

interface Asked {
  readonly filter: object;
  readonly orderBy: readonly object[];
}

async function byPages(of: Mart, key: string, asked: Asked): Promise<unknown[]> {
  const { name, rootField } = of;
  const query = `query ($filter: ${name}Filter, $orderBy: [${name}OrderBy!]) {
    ${rootField}(filter: $filter, orderBy: $orderBy, first: 1000) {
      nodes { ${columnsOf(of).join(' ')} certificate { ${CERTIFICATE.join(' ')} } } } }`;
  const { body } = await fetchJson(`${served.url}/graphql`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables: asked }),
  });
  expect(body.errors).toBeUndefined();
  const page = body.data?.[rootField] as { nodes: Record<string, unknown>[] };
  return page.nodes.map(({ certificate, ...row }) => ({
    ...row,
    ...Object.fromEntries(
      CERTIFICATE.map((part) => [
        `certificate.${part}`,
        (certificate as Record<string, unknown> | null)?.[part] ?? null,
      ]),
    ),
  }));
}

async function asFile(of: Mart, format: string, key: string, asked: Asked): Promise<string> {
  const search = new URLSearchParams({
    filter: JSON.stringify(asked.filter),
    orderBy: JSON.stringify(asked.orderBy),
    fields: [...columnsOf(of), 'certificate'].join(','),
  });
  const response = await fetch(
    `${served.url}/export/${of.rootField}.${format}?${search.toString()}`,
    { headers: { authorization: `Bearer ${key}` } },
  );
  const text = await response.text();
  expect([response.status, response.status === 200 ? '' : text]).toEqual([200, '']);
  return text;
}

/** A file by RFC 4180; a cell without quotation marks and without anything in it is null. */
function readCsv(text: string): (string | null)[][] {
  return [
    ...text.matchAll(/((?:"(?:[^"]|"")*"|[^",\r\n]*)(?:,(?:"(?:[^"]|"")*"|[^",\r\n]*))*)\r\n/g),
  ].map(([, line = '']) =>
    [...`,${line}`.matchAll(/,(?:"((?:[^"]|"")*)"|([^",]*))/g)].map(([, quoted, plain]) =>
      quoted === undefined ? plain || null : quoted.replaceAll('""', '"'),
    ),
  );
}

/** A value of JSON as a cell has it. */
function cellOf(value: unknown): string | null {
  if (value === null || typeof value === 'string') return value;
  return JSON.stringify(value);
}

test.each(MARTS)(
  'a file of %s has the rows of its pages, whatever the filter and the order, for whoever asks',
  async (rootField, measure, own) => {
    const of = mart(rootField);
    const orders = fc.array(
      fc.record({
        field: fc.constantFrom(
          ...['year', 'bin', 'companyName', 'superseded', measure].map(screamingSnake),
          'CERTIFICATE',
        ),
        direction: fc.constantFrom('ASC', 'DESC'),
        nulls: fc.constantFrom('FIRST', 'LAST'),
      }),
      { maxLength: 2 },
    );
    const world = worlds([measure], fc.bigInt({ min: -300n, max: 300n }));
    await fc.assert(
      fc.asyncProperty(world, filters(measure, own), orders, async (all, filter, orderBy) => {
        const rows = all.reports.map((report) => ({ ...report, country: 'KZ', itemNo: 1 }));
        await storeReports(
          served.database.knex,
          of,
          rootField === 'exportByCountry' ? rows : all.reports,
        );
        await storeRequests(served.database.knex, all.requests);
        for (const key of keys) {
          const asked = { filter, orderBy };
          const pages = (await byPages(of, key, asked)) as Record<string, unknown>[];
          const lines = (await asFile(of, 'ndjson', key, asked)).split('\n').slice(0, -1);
          expect(lines.map((line): unknown => JSON.parse(line))).toEqual(pages);
          const [head = [], ...cells] = readCsv(await asFile(of, 'csv', key, asked));
          expect(cells).toEqual(pages.map((row) => head.map((name) => cellOf(row[name ?? '']))));
        }
      }),
      { numRuns: Number(process.env['FUZZ_RUNS'] ?? 12) },
    );
  },
  60_000,
);

/** Behind signs that nobody sees, too. */
const FORMULA =
  /^(?:[\t\r\n]|[\p{White_Space}\p{Default_Ignorable_Code_Point}\p{Cc}\p{Cf}\u2800]*[=+\-@＝＋－＠])/u;

/** What COPY, JSON, CSV, arrays of PostgreSQL and spreadsheets have their own ideas of, among all else. */
const texts = fc.string({
  unit: fc.oneof(
    fc.constantFrom(
      ...'\\"\'=+-@,;{}[]nrtbN \t\n\r\v\f\b\u0001\u007f\u2028＝－＠\u00a0\u00ad\u200b\u202e\u2060\u3000\ufeff\u2800«',
    ),
    fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
  ),
  maxLength: 8,
});

test('a text stands in a file as it is in the table, and is found as it is, whatever is in it', async () => {
  const of = mart('financing');
  const { knex } = served.database;
  const storable = texts.filter((text) => !/\0|\p{Surrogate}/u.test(text));
  const some = fc.uniqueArray(storable, { minLength: 1, maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(some, some, async (stored, others) => {
      await knex(of.table).delete();
      await givenRows(
        knex,
        of.table,
        stored.map((text) => ({ company_name: text })),
      );
      const asked = { filter: { companyName: { in: [...stored, ...others] } }, orderBy: [] };
      const key = keys[0] ?? '';
      const rows = (await asFile(of, 'ndjson', key, asked)).split('\n').slice(0, -1);
      const names = rows.map((row) => (JSON.parse(row) as { companyName: string }).companyName);
      expect(names).toEqual(stored);
      // The very text of the answer, not only one of the same meaning.
      rows.forEach((row, index) => expect(row).toContain(JSON.stringify(stored[index])));
      const [head = [], ...cells] = readCsv(await asFile(of, 'csv', key, asked));
      const at = head.indexOf('companyName');
      expect(cells.map((row) => row[at])).toEqual(
        stored.map((text) => (FORMULA.test(text) ? `'${text}` : text)),
      );
    }),
    { numRuns: Number(process.env['FUZZ_RUNS'] ?? 40) },
  );
});
