import fc from 'fast-check';
import { withSession } from '../../../../src/ground/database/session';
import type { RowScope } from '../../../../src/api/access/rowScope';
import type { Mart } from '../../../../src/api/model/mart';
import {
  readGroups,
  type GroupPage,
  type GroupsWants,
} from '../../../../src/api/query/groups/groups';
import { rollUpAll } from '../../../../src/warehouse/refresh/tables/rollups';
import { rollupsOf } from '../../../../src/warehouse/refresh/tables/rollupStatements';
import { lineage } from '../../../../src/warehouse/lineage/lineage';
import { createTestDatabase, type TestDatabase } from '../../../support/databases/database';
import { seesPseudonyms } from '../given/context';
import { mart } from '../given/marts';
import { worlds, YEARS, type World } from '../oracle/arbitraries';
import type { Report } from '../oracle/report';
import { storeReports, storeRequests } from '../oracle/store';

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
});

afterAll(() => database.drop());

const amount = fc.oneof(
  fc.bigInt({ min: -300n, max: 300n }),
  fc.bigInt({ min: -(10n ** 20n) + 1n, max: 10n ** 20n - 1n }),
);
const headcount = fc.bigInt({ min: 0n, max: 2_147_483_647n });

const fieldsOf = ({ measures }: Mart) => measures.map(({ field }) => field);

interface Question {
  readonly by: readonly string[];
  readonly filter: object | undefined;
  readonly distinct: boolean;
  readonly size: number;
  /** What the caller is confined to. */
  readonly scope: RowScope | undefined;
}

/** What rollups are kept for: the year or not, beside it one key or none, and conditions on the year. */
function questions(own: readonly string[]): fc.Arbitrary<Question> {
  const year = fc.constantFrom(...YEARS);
  const test = fc.oneof(
    year.map((eq) => ({ year: { eq } })),
    year.map((gte) => ({ year: { gte } })),
    year.map((ne) => ({ not: { year: { eq: ne } } })),
    fc.tuple(year, year).map(([one, other]) => ({
      or: [{ year: { eq: one } }, { year: { in: [other] } }],
    })),
  );
  return fc.record({
    by: fc
      .tuple(
        fc.constantFrom(['YEAR'], []),
        fc.constantFrom([], ['REPORT_TYPE'], ...own.map((name) => [name])),
        fc.boolean(),
      )
      .map(([years, beside, yearLast]) =>
        yearLast ? [...beside, ...years] : [...years, ...beside],
      ),
    filter: fc.option(test, { nil: undefined }),
    distinct: fc.boolean(),
    size: fc.integer({ min: 1, max: 5 }),
    scope: fc.option(
      fc.tuple(year, year).map(([one, other]): RowScope => ({
        years: [[Math.min(one, other), Math.max(one, other)]],
      })),
      { nil: undefined },
    ),
  });
}

/** A question that rollups answer: without minima and maxima, and without counts that they cannot give. */
function wants(mart: Mart, { by, filter, distinct, scope }: Question): GroupsWants {
  const fields = fieldsOf(mart);
  const ofYears = by.includes('YEAR');
  const ofOneYear = JSON.stringify(filter ?? {}).startsWith('{"year":{"eq"');
  return {
    aggregates: {
      total: fields,
      sum: fields,
      avg: fields,
      count: fields,
      share: fields,
      ...(ofYears && { previous: fields, change: fields }),
    },
    counts:
      distinct && (ofYears || ofOneYear || (filter === undefined && !scope))
        ? ['rows', 'companies', 'participations']
        : ['rows'],
    totalCount: true,
  };
}

async function rollUp({ table }: Mart): Promise<void> {
  await withSession(database.knex, async (session) => {
    await session.query('begin');
    const rollups = rollupsOf(lineage().table(table));
    if (rollups !== undefined) await rollUpAll(session, [rollups]);
    await session.query('commit');
  });
}

async function expectSameOfRowsAndRollups(asked: Mart, question: Question): Promise<void> {
  const statements: string[] = [];
  const hear = ({ sql }: { sql: string }) => statements.push(sql);
  const { by, filter, size: first, scope } = question;
  const viewer = { ...seesPseudonyms.viewer, scope };
  const read = (rolledUp: boolean, after?: string): Promise<GroupPage> =>
    readGroups(database.knex, asked, { by, filter, first, after }, wants(asked, question), {
      ...seesPseudonyms,
      viewer,
      rolledUp,
    });
  const ofRows = await read(false);
  database.knex.on('query', hear);
  const ofRollups = await read(true);
  database.knex.removeListener('query', hear);
  expect(ofRollups.groups).toEqual(ofRows.groups);
  expect(ofRollups.totalCount).toBe(ofRows.totalCount);
  expect(ofRollups.hasNextPage).toBe(ofRows.hasNextPage);
  for (const statement of statements)
    expect(statement).not.toContain(`"gold"."${asked.table.slice(5)}"`);
  const last = ofRows.groups.at(-1);
  const lastOfRollups = ofRollups.groups.at(-1);
  if (!last || !lastOfRollups) return;
  expect(ofRollups.cursorOf(lastOfRollups)).toBe(ofRows.cursorOf(last));
  expect((await read(true, ofRows.cursorOf(last))).groups).toEqual(
    (await read(false, ofRows.cursorOf(last))).groups,
  );
}

describe.each([
  ['generalIndicators', ['ACTIVITY_FIELD', 'IS_RESIDENT'], amount],
  ['financing', [], amount],
  ['taxBenefits', [], amount],
  ['employees', [], headcount],
])('%s', (rootField, own, value) => {
  test('rollups give what the rows give, to the last digit', async () => {
    const asked = mart(rootField);
    await fc.assert(
      fc.asyncProperty(
        worlds(fieldsOf(asked), value),
        fc.array(questions(own), { minLength: 3, maxLength: 3 }),
        async ({ requests, reports }: World, asking) => {
          await storeRequests(database.knex, requests);
          await storeReports(database.knex, asked, reports);
          await rollUp(asked);
          for (const question of asking) await expectSameOfRowsAndRollups(asked, question);
        },
      ),
      { numRuns: 25 },
    );
  });
});

test('rollups of items are judged by reports as the items are', async () => {
  const asked = mart('exportByCountry');
  const items = fc.array(
    fc.record({
      of: fc.nat(),
      country: fc.constantFrom(null, 'KZ', 'CN'),
      exportIncome: fc.option(amount, { freq: 5 }),
    }),
    { maxLength: 30 },
  );
  await fc.assert(
    fc.asyncProperty(
      worlds(['exportIncome'], amount),
      items,
      fc.array(questions(['COUNTRY_CODE']), { minLength: 3, maxLength: 3 }),
      async ({ requests, reports }: World, given, asking) => {
        const rows = given.flatMap(({ of, country, exportIncome }, index) => {
          const report: Report | undefined = reports[of % Math.max(reports.length, 1)];
          return report
            ? [{ ...report, country, itemNo: index + 1, values: { exportIncome } }]
            : [];
        });
        await storeRequests(database.knex, requests);
        await storeReports(database.knex, mart('exports'), reports);
        await storeReports(database.knex, asked, rows);
        await rollUp(asked);
        for (const question of asking) await expectSameOfRowsAndRollups(asked, question);
      },
    ),
    { numRuns: 25 },
  );
});
