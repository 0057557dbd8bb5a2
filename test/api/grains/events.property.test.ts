import fc from 'fast-check';
import type { Knex } from 'knex';
import { createTestDatabase, type TestDatabase } from '../../support/databases/database';
import { readGroups, type GroupsRequest } from '../../../src/api/query/groups/groups';
import type { QueryContext } from '../../../src/api/query/columns/context';
import { createEventTables, eventModel, givenLeads } from './eventMarts';

let database: TestDatabase;
let knex: Knex;

beforeAll(async () => {
  database = await createTestDatabase();
  knex = database.knex;
  await createEventTables(knex);
});
afterAll(() => database.drop());

const model = eventModel();
const leads = model.marts.find(({ rootField }) => rootField === 'leads');
if (!leads) throw new Error('There is no mart of leads.');

const seesAll: QueryContext = {
  viewer: { keyId: '1', name: 'a test', rights: new Set(['marts:read', 'bin:read']) },
  binMask: { fromYear: 2021, policy: 'year' },
  dataVersionId: '7',
};

/** Each step as plain SQL says it, of a day of Almaty, and the same of the step that comes after. */
const STEPS = {
  YEAR: ['year', 'extract(year from day)::integer', '1 year'],
  QUARTER: ['quarter', `extract(year from day) || '-Q' || extract(quarter from day)`, '3 months'],
  MONTH: ['month', `to_char(day, 'YYYY-MM')`, '1 month'],
  WEEK: [
    'week',
    `extract(isoyear from day) || '-W' || lpad(extract(week from day)::text, 2, '0')`,
    '7 days',
  ],
  DAY: ['day', 'day::text', '1 day'],
  WEEKDAY: [
    'weekday',
    `case extract(dow from day) when 0 then 7 else extract(dow from day)::integer end`,
    '',
  ],
} as const;
type Step = keyof typeof STEPS;

const moments = fc
  .tuple(
    fc.constantFrom(
      '2023-12-25',
      '2024-12-29',
      '2025-12-28',
      '2026-01-01',
      '2026-03-01',
      '2027-01-03',
    ),
    fc.integer({ min: -3 * 86_400, max: 9 * 86_400 }),
  )
  .map(([day, seconds]) =>
    new Date(Date.parse(`${day}T19:00:00Z`) + seconds * 1_000).toISOString(),
  );

const events = fc.array(
  fc.record({
    created_at: moments,
    company_id: fc.option(fc.integer({ min: 1, max: 3 })),
    outcome: fc.constantFrom('open', 'won', 'lost'),
    price: fc.option(fc.integer({ min: -999, max: 999 }).map((cents) => (cents / 100).toFixed(2))),
    contact_id: fc.option(fc.constantFrom('a', 'b', 'c')),
  }),
  { maxLength: 40 },
);

const filters = fc.constantFrom<readonly [unknown, string]>(
  [{}, 'true'],
  [{ outcome: { ne: 'won' } }, "outcome <> 'won'"],
  [{ price: { gte: '0' } }, 'price >= 0'],
  [{ companyId: { isNull: true } }, 'company_id is null'],
);

const asked = fc.uniqueArray(fc.constantFrom<Step>(...(Object.keys(STEPS) as Step[])), {
  minLength: 0,
  maxLength: 3,
});

test('groups by any steps of time come to what plain SQL adds and counts', async () => {
  await fc.assert(
    fc.asyncProperty(events, asked, filters, async (given, by, [filter, condition]) => {
      await knex('gold.leads').delete();
      await givenLeads(
        knex,
        given.map((event, index) => ({ lead_id: index + 1, ...event })),
      );
      const { groups } = await read({ by, filter });
      expect(groups).toEqual(await plainGroups(by, condition));
    }),
    { numRuns: 150 },
  );
});

test('previous is the total of the rows that stand one step earlier, by plain SQL', async () => {
  const leading = fc.constantFrom<Step>('YEAR', 'QUARTER', 'MONTH', 'WEEK', 'DAY');
  await fc.assert(
    fc.asyncProperty(events, leading, filters, async (given, step, [filter, condition]) => {
      await knex('gold.leads').delete();
      await givenLeads(
        knex,
        given.map((event, index) => ({ lead_id: index + 1, ...event })),
      );
      // What the filter says of the time is looked past.
      const of2026 = { and: [filter, { year: { eq: 2026 } }] };
      const { groups } = await read({ by: [step], filter: of2026 }, ['previous']);
      const [field, expression, length] = STEPS[step];
      const { rows } = await knex.raw<{
        rows: { key: string | number; price: string | null; contact: string | null }[];
      }>(
        `with days as (select *, (created_at at time zone 'Asia/Almaty')::date as day from gold.leads where ${condition}),
          begun as (select *, date_trunc('${step}', day) as start from days),
          own as (select distinct start, ${expression} as key from begun where extract(year from day) = 2026)
         select own.key, own.start, sum(price) as price, case when count(*) filter (where lead_id is not null) > 0 then count(distinct contact_id) end as contact
         from own left join begun as before on before.start + interval '${length}' = own.start
         group by own.key, own.start order by own.start`,
      );
      const expected = rows.map(({ key, price, contact }) => ({
        key: { [field]: key },
        previous: { price, contact: contact === null ? null : Number(contact) },
      }));
      expect(groups.map(({ key, previous }) => ({ key, previous }))).toEqual(expected);
    }),
    { numRuns: 120 },
  );
});

function read(request: GroupsRequest, more: readonly 'previous'[] = []) {
  const wanted = ['price', 'contact'];
  return readGroups(
    knex,
    leads ?? fail(),
    { ...request, first: 1_000 },
    {
      aggregates: more.length > 0 ? { previous: wanted } : { total: wanted, sum: ['price'] },
      counts: more.length > 0 ? [] : ['rows', 'companies'],
      totalCount: false,
    },
    seesAll,
  );
}

function fail(): never {
  throw new Error('There is no mart of leads.');
}

async function plainGroups(by: readonly Step[], condition: string) {
  const keys = by.map((step, index) => `${STEPS[step][1]} as key_${String(index)}`);
  const group = by.map((_, index) => `key_${String(index)}`).join(', ');
  const { rows } = await knex.raw<{ rows: Record<string, string | number | null>[] }>(
    `with days as (select *, (created_at at time zone 'Asia/Almaty')::date as day from gold.leads where ${condition}),
      keyed as (select *${keys.map((key) => `, ${key}`).join('')} from days)
     select ${group === '' ? '' : `${group},`} count(*)::integer as rows, sum(price) as price,
       count(distinct contact_id)::integer as contact,
       count(distinct coalesce('c' || company_id, 's' || lead_id))::integer as companies
     from keyed ${group === '' ? '' : `group by ${group} order by ${group}`}`,
  );
  return rows.map(({ rows: count, price, contact, companies, ...values }) => ({
    key: Object.fromEntries(
      by.map((step, index) => [STEPS[step][0], values[`key_${String(index)}`]]),
    ),
    rows: count,
    companies,
    total: { price, contact },
    sum: { price },
  }));
}
