import fc from 'fast-check';
import type { Knex } from 'knex';
import { readGroups } from '../../src/api/query/groups/groups';
import type { QueryContext } from '../../src/api/query/columns/context';
import { createTestDatabase, type TestDatabase } from '../support/database';
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

const GROUPINGS: readonly (readonly Key[])[] = [
  [],
  ['COMPANY_ID'],
  ['FIRST_HOUR'],
  ['COMPANY_ID', 'FIRST_HOUR'],
];

type Filter = readonly [unknown, (visit: Visit) => boolean];
const FILTERS: readonly Filter[] = [
  [undefined, () => true],
  ...[1, 2, 3].map((id): Filter => [{ companyId: { eq: id } }, (visit) => visit.companyId === id]),
  ...[1, 2, 3].map((id): Filter => [{ companyId: { ne: id } }, (visit) => visit.companyId !== id]),
  ...[7, 8].map((hour): Filter => [
    { firstHour: { eq: hour } },
    (visit) => visit.firstHour === hour,
  ]),
  [
    { or: [{ companyId: { eq: 1 } }, { firstHour: { eq: 8 } }] },
    ({ companyId, firstHour }) => companyId === 1 || firstHour === 8,
  ],
  [
    { not: { companyId: { eq: 2 }, firstHour: { eq: 9 } } },
    ({ companyId, firstHour }) => !(companyId === 2 && firstHour === 9),
  ],
];

test('no group of too few persons is a sum and difference of groups that are told, by whatever filters', async () => {
  await fc.assert(
    fc.asyncProperty(cells, async (counts) => {
      const rows = visitsOf(counts);
      await knex('gold.visits').delete();
      await knex.batchInsert(
        'gold.visits',
        rows.map(({ person, companyId, firstHour }) => ({
          person,
          company_id: companyId,
          first_hour: firstHour,
          date: '2026-01-05',
          minutes_inside: 1,
        })),
      );
      // Each told group as the cells whose persons it counts.
      const told: number[][] = [];
      for (const by of GROUPINGS) {
        for (const [filter, holds] of FILTERS) {
          const { groups } = await readGroups(
            knex,
            visits ?? missing(),
            { by, filter, first: 1_000 },
            { aggregates: {}, counts: ['rows'], totalCount: false },
            caller,
          );
          for (const { key } of groups) {
            told.push(
              vectorOf(
                (visit) =>
                  holds(visit) && by.every((name) => KEYS[name](visit) === key[FIELDS[name]]),
              ),
            );
          }
        }
      }
      const span = echelon(told);
      for (const by of GROUPINGS) {
        for (const { vector, persons } of groupsBy(by, rows)) {
          if (persons > 0 && persons < MIN_PERSONS) {
            expect({ by, vector, known: isWithin(span, vector) }).toEqual({
              by,
              vector,
              known: false,
            });
          }
        }
      }
    }),
    { numRuns: 25 },
  );
});

function missing(): never {
  throw new Error('There is no mart of visits.');
}

/** One visit of each cell. */
const CELLS = visitsOf(Array.from({ length: HOURS * COMPANIES }, () => 1));

function vectorOf(holds: (visit: Visit) => boolean): number[] {
  return CELLS.map((visit) => (holds(visit) ? 1 : 0));
}

function groupsBy(by: readonly Key[], rows: readonly Visit[]) {
  const keyOf = (visit: Visit) => JSON.stringify(by.map((name) => KEYS[name](visit)));
  return [...new Set(CELLS.map(keyOf))].map((key) => ({
    vector: vectorOf((visit) => keyOf(visit) === key),
    persons: rows.filter((visit) => keyOf(visit) === key).length,
  }));
}

/** Rows of independent equations, each with a leading one. Numbers are small: their quotients are exact enough. */
function echelon(vectors: readonly (readonly number[])[]): number[][] {
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

function reduced(basis: readonly (readonly number[])[], vector: readonly number[]): number[] {
  let rest = [...vector];
  for (const row of basis) {
    const lead = row.findIndex((value) => Math.abs(value) > 1e-9);
    const factor = rest[lead] ?? 0;
    rest = rest.map((value, index) => value - factor * (row[index] ?? 0));
  }
  return rest;
}

function isWithin(basis: readonly (readonly number[])[], vector: readonly number[]): boolean {
  return reduced(basis, vector).every((value) => Math.abs(value) < 1e-9);
}
