import fc from 'fast-check';
import type { Mart } from '../../../../src/api/model/mart';
import { readGroups, type Group, type GroupsWants } from '../../../../src/api/query/groups/groups';
import { createTestDatabase, type TestDatabase } from '../../../support/databases/database';
import { seesPseudonyms } from '../given/context';
import { mart } from '../given/marts';
import { filters, worlds, type World } from '../oracle/arbitraries';
import { activityKey, countryKey, investorKeys, reportKeys, valueIn } from '../oracle/dimensions';
import { matches } from '../oracle/filter';
import { groupFilters, isMeant } from '../oracle/groupFilter';
import { groupsOf, type OracleKey } from '../oracle/groups';
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

const isOfYears = (keys: readonly OracleKey[]) => keys.some(({ name }) => name === 'YEAR');

const fieldsOf = ({ measures }: Mart) => measures.map(({ field }) => field);

function everything(mart: Mart, keys: readonly OracleKey[]): GroupsWants {
  const fields = fieldsOf(mart);
  return {
    aggregates: {
      total: fields,
      sum: fields,
      avg: fields,
      min: fields,
      max: fields,
      count: fields,
      share: fields,
      ...(isOfYears(keys) && { previous: fields, change: fields }),
    },
    counts: ['rows', 'companies', 'participations'],
    totalCount: true,
  };
}

const byKey = (groups: readonly Group[]) =>
  groups.toSorted((one, other) => (JSON.stringify(one.key) < JSON.stringify(other.key) ? -1 : 1));

interface Question {
  readonly keys: readonly OracleKey[];
  readonly filter: object;
  readonly filterGroups: object | undefined;
  readonly orderBy: readonly object[];
  readonly size: number;
}

function questions(mart: Mart, keys: readonly OracleKey[]): fc.Arbitrary<Question> {
  const measure = fieldsOf(mart)[0] ?? '';
  const own = keys.includes(countryKey) ? 'items' : keys.includes(activityKey) ? 'lists' : 'none';
  const name = measure.replaceAll(/[A-Z]/g, '_$&').toUpperCase();
  const orderOver = (keys: readonly OracleKey[]) =>
    fc
      .record({
        way: fc.constantFrom(
          ...['total', 'sum', 'avg', 'min', 'max', 'count', 'share', 'rows', 'companies'],
          ...(isOfYears(keys) ? ['previous', 'change'] : []),
        ),
        direction: fc.constantFrom('ASC', 'DESC'),
        nulls: fc.constantFrom('FIRST', 'LAST'),
      })
      .map(({ way, ...said }) => ({
        [way]: way === 'rows' || way === 'companies' ? true : name,
        ...said,
      }));
  // Groups of years more often than chance has it: only they have a year before.
  const year = keys.filter(({ name }) => name === 'YEAR');
  const by = fc.oneof(
    fc.uniqueArray(fc.constantFrom(...keys), { maxLength: 4 }),
    fc
      .uniqueArray(fc.constantFrom(...keys), { maxLength: 2 })
      .map((others) => [...new Set([...others, ...year])]),
  );
  return by.chain((keys) =>
    fc.record({
      keys: fc.constant(keys),
      filter: filters(measure, own),
      filterGroups: groupFilters(measure, Object.keys(everything(mart, keys).aggregates)),
      orderBy: fc.array(orderOver(keys), { maxLength: 2 }),
      size: fc.integer({ min: 1, max: 7 }),
    }),
  );
}

/** Whether the question's filter may leave a row, for all that is known of it and of these fields not. */
function leavesWith({ filter }: Question, hundredths: boolean) {
  return (...unknown: readonly string[]) =>
    (row: Report) =>
      matches({ ...filter }, row, (row, field) =>
        unknown.includes(field) ? 'unknown' : valueIn(row, field, hundredths),
      );
}

/** Reads all groups at once, and again page by page, which must come to the same. */
async function answer(
  mart: Mart,
  { keys, filter, filterGroups, orderBy, size }: Question,
): Promise<Group[]> {
  const request = { by: keys.map(({ name }) => name), filter, filterGroups, orderBy };
  const read = (page: object) =>
    readGroups(
      database.knex,
      mart,
      { ...request, ...page },
      everything(mart, keys),
      seesPseudonyms,
    );
  const whole = await read({ first: 1_000 });
  expect(whole.totalCount).toBe(whole.groups.length);
  const walked: Group[] = [];
  for (let after: string | undefined; ;) {
    const page = await read({ first: size, after });
    expect(page).toMatchObject({
      hasPreviousPage: walked.length > 0,
      totalCount: whole.groups.length,
    });
    walked.push(...page.groups);
    const last = page.groups.at(-1);
    if (!page.hasNextPage || !last) break;
    after = page.cursorOf(last);
  }
  expect(walked).toEqual(whole.groups);
  return [...whole.groups];
}

describe.each([
  ['generalIndicators', [...reportKeys, ...investorKeys, activityKey], amount],
  ['financing', reportKeys, amount],
  ['taxBenefits', reportKeys, amount],
  ['employees', reportKeys, headcount],
  ['exports', reportKeys, amount],
])('%s', (rootField, keys, value) => {
  test('groups come to what a plain reading of the rules gives, to the last digit', async () => {
    const asked = mart(rootField);
    await fc.assert(
      fc.asyncProperty(
        worlds(fieldsOf(asked), value),
        questions(asked, keys),
        async ({ requests, reports }: World, question) => {
          await storeRequests(database.knex, requests);
          await storeReports(database.knex, asked, reports);
          const without = leavesWith(question, value === amount);
          const left = (...unknown: string[]) => {
            const rows = reports.filter(without(...unknown));
            return { rows, reports: rows };
          };
          const groups = await answer(asked, question);
          const all = groupsOf(asked, question.keys, left(), left('year'));
          const expected = all.filter((group) => isMeant(question.filterGroups, group));
          expect(byKey(groups)).toEqual(byKey(expected));
        },
      ),
      { numRuns: 60 },
    );
  });
});

test('exportByCountry: flows of items are judged by reports, to the last digit', async () => {
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
      questions(asked, [...reportKeys, countryKey]),
      async ({ requests, reports }: World, given, question) => {
        const rows = given.flatMap(({ of, country, exportIncome }, index) => {
          const report: Report | undefined = reports[of % Math.max(reports.length, 1)];
          return report
            ? [{ ...report, country, itemNo: index + 1, values: { exportIncome } }]
            : [];
        });
        await storeRequests(database.knex, requests);
        await storeReports(database.knex, mart('exports'), reports);
        await storeReports(database.knex, asked, rows);
        const without = leavesWith(question, true);
        const left = (...unknown: string[]) => ({
          rows: rows.filter(without(...unknown)),
          reports: reports.filter(without('countryCode', 'exportIncome', ...unknown)),
        });
        const groups = await answer(asked, question);
        const all = groupsOf(asked, question.keys, left(), left('year'));
        const expected = all.filter((group) => isMeant(question.filterGroups, group));
        expect(byKey(groups)).toEqual(byKey(expected));
      },
    ),
    { numRuns: 60 },
  );
});
