import fc from 'fast-check';
import type { Knex } from 'knex';
import { readGroups } from '../../../src/api/query/groups/groups';
import type { QueryContext } from '../../../src/api/query/columns/context';
import { createTestDatabase, type TestDatabase } from '../../support/databases/database';
import { createEventTables, eventModel } from './eventMarts';

let database: TestDatabase;
let knex: Knex;

beforeAll(async () => {
  database = await createTestDatabase();
  knex = database.knex;
  await createEventTables(knex);
});
afterAll(() => database.drop());

const visits = eventModel().marts.find(({ rootField }) => rootField === 'visits');

const caller: QueryContext = {
  viewer: { keyId: '1', name: 'a test', rights: new Set(['marts:read', 'bin:read']) },
  binMask: { fromYear: 2021, policy: 'year' },
  dataVersionId: '7',
};

const MIN_PERSONS = 5;

interface Visit {
  readonly person: number;
  readonly companyId: number;
  readonly firstHour: number;
}

/** How many persons each company has at each hour. Each comes once. */
const HOURS = 3;
const COMPANIES = 3;
const cells = fc.array(fc.integer({ min: 0, max: 12 }), {
  minLength: HOURS * COMPANIES,
  maxLength: HOURS * COMPANIES,
});

function visitsOf(counts: readonly number[]): Visit[] {
  let person = 0;
  return counts.flatMap((count, cell) =>
    Array.from({ length: count }, () => ({
      person: (person += 1),
      companyId: 1 + (cell % COMPANIES),
      firstHour: 7 + Math.floor(cell / COMPANIES),
    })),
  );
}

const KEYS = {
  COMPANY_ID: ({ companyId }: Visit) => companyId,
  FIRST_HOUR: ({ firstHour }: Visit) => firstHour,
} as const;
type Key = keyof typeof KEYS;
const FIELDS = { COMPANY_ID: 'companyId', FIRST_HOUR: 'firstHour' } as const;

/** A filter, the rows for which it holds, and what it asks of. */
type Filter = readonly [given: unknown, holds: (visit: Visit) => boolean, asked: readonly Key[]];
const OF_COMPANIES: readonly Filter[] = [
  [undefined, () => true, []],
  ...[1, 2, 3].map((id): Filter => [
    { companyId: { eq: id } },
    (visit) => visit.companyId === id,
    ['COMPANY_ID'],
  ]),
  ...[1, 2, 3].map((id): Filter => [
    { companyId: { ne: id } },
    (visit) => visit.companyId !== id,
    ['COMPANY_ID'],
  ]),
];
const OF_BOTH: readonly Filter[] = [
  [{ companyId: { ne: 1 } }, ({ companyId }) => companyId !== 1, ['COMPANY_ID']],
  [{ firstHour: { eq: 8 } }, ({ firstHour }) => firstHour === 8, ['FIRST_HOUR']],
  [
    { or: [{ companyId: { eq: 1 } }, { firstHour: { eq: 8 } }] },
    ({ companyId, firstHour }) => companyId === 1 || firstHour === 8,
    ['COMPANY_ID', 'FIRST_HOUR'],
  ],
  [
    { not: { companyId: { eq: 2 }, firstHour: { eq: 9 } } },
    ({ companyId, firstHour }) => !(companyId === 2 && firstHour === 9),
    ['COMPANY_ID', 'FIRST_HOUR'],
  ],
];

test('no group of too few persons is a sum and difference of groups of its dimension, by whatever filters', async () => {
  await fc.assert(
    fc.asyncProperty(cells, async (counts) => {
      const present = await givenVisits(counts);
      const told: Vector[] = [];
      for (const by of [[], ['COMPANY_ID']] as const) {
        for (const filter of OF_COMPANIES) told.push(...(await toldBy(by, filter, present)));
      }
      const span = echelon(told);
      for (const id of [1, 2, 3]) {
        const ofCompany = present.filter(({ visit }) => visit.companyId === id);
        const persons = ofCompany.reduce((sum, { count }) => sum + count, 0);
        if (persons === 0 || persons >= MIN_PERSONS) continue;
        const vector = present.map(({ visit }) => (visit.companyId === id ? 1 : 0));
        expect({ id, known: isWithin(span, vector) }).toEqual({ id, known: false });
      }
    }),
    { numRuns: 30 },
  );
});

test('a filter tells nothing that groups by the same dimensions do not tell without it', async () => {
  await fc.assert(
    fc.asyncProperty(
      cells,
      fc.constantFrom<readonly Key[]>(
        [],
        ['COMPANY_ID'],
        ['FIRST_HOUR'],
        ['COMPANY_ID', 'FIRST_HOUR'],
      ),
      fc.constantFrom(...OF_BOTH),
      async (counts, by, filter) => {
        const present = await givenVisits(counts);
        const all = [...new Set([...by, ...filter[2]])];
        const without = [
          ...(await toldBy(by, NO_FILTER, present)),
          ...(await toldBy(all, NO_FILTER, present)),
        ];
        const span = echelon(without);
        for (const vector of await toldBy(by, filter, present)) {
          expect({ vector, known: isWithin(span, vector) }).toEqual({ vector, known: true });
        }
      },
    ),
    { numRuns: 60 },
  );
});

const NO_FILTER: Filter = [undefined, () => true, []];

/** Those of a company and an hour that there are. */
interface Cell {
  readonly visit: Visit;
  readonly count: number;
}

/** Which cells a group counts the persons of. */
type Vector = readonly number[];

async function givenVisits(counts: readonly number[]): Promise<readonly Cell[]> {
  await knex('gold.visits').delete();
  const rows = visitsOf(counts).map(({ person, companyId, firstHour }) => ({
    person,
    company_id: companyId,
    first_hour: firstHour,
    date: '2026-01-05',
    minutes_inside: 1,
  }));
  await knex.batchInsert('gold.visits', rows);
  const one = visitsOf(counts.map(() => 1));
  return one.flatMap((visit, cell) => {
    const count = counts[cell] ?? 0;
    return count > 0 ? [{ visit, count }] : [];
  });
}

async function toldBy(
  by: readonly Key[],
  [filter, holds]: Filter,
  present: readonly Cell[],
): Promise<Vector[]> {
  const { groups } = await readGroups(
    knex,
    visits ?? missing(),
    { by, filter, first: 1_000 },
    { aggregates: {}, counts: ['rows'], totalCount: false },
    caller,
  );
  return groups.map(({ key }) =>
    present.map(({ visit }) =>
      holds(visit) && by.every((name) => KEYS[name](visit) === key[FIELDS[name]]) ? 1 : 0,
    ),
  );
}

function missing(): never {
  throw new Error('There is no mart of visits.');
}

/** Rows of independent equations, each with a leading one. Numbers are small: their quotients are exact enough. */
function echelon(vectors: readonly Vector[]): number[][] {
  const basis: number[][] = [];
  for (const vector of vectors) {
    const rest = reduced(basis, vector);
    const lead = rest.findIndex((value) => Math.abs(value) > 1e-9);
    if (lead === -1) continue;
    const scale = rest[lead] ?? 1;
    basis.push(rest.map((value) => value / scale));
  }
  return basis;
}

function reduced(basis: readonly Vector[], vector: Vector): number[] {
  let rest = [...vector];
  for (const row of basis) {
    const lead = row.findIndex((value) => Math.abs(value) > 1e-9);
    const factor = rest[lead] ?? 0;
    rest = rest.map((value, index) => value - factor * (row[index] ?? 0));
  }
  return rest;
}

function isWithin(basis: readonly Vector[], vector: Vector): boolean {
  return reduced(basis, vector).every((value) => Math.abs(value) < 1e-9);
}
