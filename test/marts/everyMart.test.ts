import { model } from '../support/asking/ask';
import { ask } from '../support/asking/ask';
import { createTestDatabase, type TestDatabase } from '../support/databases/database';
import { givenPseudonym, givenPublication, givenRows } from '../support/databases/gold';
import { checkModelAgainstDatabase } from '../../src/api/query/checkModelAgainstDatabase';

const BIN = '180140000012';
const OTHER_BIN = '990340000034';
const PSEUDONYM = '777777900001';
const OTHER_PSEUDONYM = '777777100002';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  await givenPublication(database.knex);
  await givenPseudonym(database.knex, BIN, PSEUDONYM);
  await givenPseudonym(database.knex, OTHER_BIN, OTHER_PSEUDONYM);
  for (const { table } of model.marts) {
    await givenRows(database.knex, table, [
      { report_id: 1, year: 2020, bin: BIN, bin_pseudonym: PSEUDONYM },
      { report_id: 2, year: 2024, bin: BIN, bin_pseudonym: PSEUDONYM },
      { report_id: 3, year: 2024, bin: OTHER_BIN, bin_pseudonym: OTHER_PSEUDONYM },
    ]);
  }
});
afterAll(() => database.drop());

test('the model and the tables of the database agree', async () => {
  await expect(checkModelAgainstDatabase(database.knex, model)).resolves.toBeUndefined();
});

describe.each(model.marts.map((mart) => [mart.rootField, mart] as const))('%s', (field, mart) => {
  const asked = async (query: string, rights: Parameters<typeof ask>[2] = {}) => {
    const { data, errors } = await ask(database.knex, query, rights);
    expect(errors).toBeUndefined();
    return (data as Record<string, Record<string, unknown>>)[field];
  };

  test('serves every column that it declares, filters by it and orders by it', async () => {
    const columns = [...mart.dimensions, ...mart.measures];
    const names = columns.map(({ field }) => field).join(' ');
    const tests = columns.map(
      ({ field, list }) => `{ ${field}: { ${list ? 'isEmpty' : 'isNull'}: false } }`,
    );
    const order = columns
      .filter(({ list }) => !list)
      .map(({ field }) => `{ field: ${field.replaceAll(/[A-Z]/g, '_$&').toUpperCase()} }`);
    const page = await asked(
      `{ ${field}(filter: { or: [${tests.join(' ')}] }, orderBy: [${order.join(' ')}]) {
        totalCount nodes { id ${names} binMasked certificate { number } company { id } } } }`,
    );
    expect(page?.['totalCount']).toBe(3);
  });

  test('tells of every measure that is null why, by keys of the form that Silver reads', async () => {
    const page = await asked(
      `{ ${field}(filter: { reportId: { eq: 1 } }) { nodes { missing { field reason } } } }`,
    );
    expect(page).toEqual({
      nodes: [{ missing: mart.measures.map(({ field }) => ({ field, reason: 'NOT_GIVEN' })) }],
    });
    const read = await database.knex('service_report_v2').withSchema('silver').columnInfo();
    expect(Object.keys(read)).toEqual(
      expect.arrayContaining(mart.measures.flatMap(({ sources }) => sources)),
    );
  });

  test('groups by every dimension, and totals every measure', async () => {
    const measures = mart.measures.map(({ field }) => field).join(' ');
    const aggregates = ['total', 'sum', 'avg', 'min', 'max', 'count'];
    for (const { groupName, groupField } of mart.dimensions) {
      const groups = await ask(
        database.knex,
        `{ ${field}Groups(by: [${groupName}]) { totalCount nodes {
          key { ${groupField} } rows companies participations
          ${aggregates.map((name) => `${name} { ${measures} }`).join(' ')} } } }`,
      );
      expect(groups.errors).toBeUndefined();
    }
  });

  test('shows who may not read BINs a pseudonym in the masked years, and the BIN before', async () => {
    const query = `{ ${field}(orderBy: [{ field: REPORT_ID }]) { nodes { bin binMasked } } }`;
    expect(await asked(query)).toEqual({
      nodes: [
        { bin: BIN, binMasked: false },
        { bin: PSEUDONYM, binMasked: true },
        { bin: OTHER_PSEUDONYM, binMasked: true },
      ],
    });
    expect(await asked(query, { rights: ['marts:read', 'bin:read'] })).toEqual({
      nodes: [
        { bin: BIN, binMasked: false },
        { bin: BIN, binMasked: false },
        { bin: OTHER_BIN, binMasked: false },
      ],
    });
  });

  test('filters, orders, groups and pages by the pseudonym as by any BIN, for who sees it', async () => {
    const matches = async (bin: string) =>
      (await asked(`{ ${field}(filter: { bin: { eq: "${bin}" } }) { nodes { reportId } } }`))?.[
        'nodes'
      ];
    expect(await matches(BIN)).toEqual([{ reportId: 1 }]);
    expect(await matches(PSEUDONYM)).toEqual([{ reportId: 2 }]);
    expect(await matches(OTHER_BIN)).toEqual([]);

    const ordered = `{ ${field}(filter: { year: { eq: 2024 } }, orderBy: [{ field: BIN }]) {
      nodes { reportId } edges { cursor } } }`;
    const page = await asked(ordered);
    expect(page?.['nodes']).toEqual([{ reportId: 3 }, { reportId: 2 }]);
    const cursors = (page?.['edges'] as { cursor: string }[]).map(({ cursor }) =>
      Buffer.from(cursor, 'base64url').toString(),
    );
    expect(cursors.join()).toContain(PSEUDONYM);
    expect(cursors.join()).not.toContain(BIN);
    expect(await asked(ordered, { rights: ['marts:read', 'bin:read'] })).toMatchObject({
      nodes: [{ reportId: 2 }, { reportId: 3 }],
    });

    const { data } = await ask(
      database.knex,
      `{ ${field}Groups(by: [BIN]) { nodes { key { bin } rows } } }`,
    );
    expect((data as Record<string, unknown>)[`${field}Groups`]).toEqual({
      nodes: [BIN, OTHER_PSEUDONYM, PSEUDONYM].map((bin) => ({ key: { bin }, rows: 1 })),
    });
  });

  test('is refused without the right to read marts', async () => {
    for (const query of [
      `${field} { nodes { id } }`,
      `${field}Groups(by: []) { nodes { rows } }`,
    ]) {
      const forbidden = await ask(database.knex, `{ ${query} }`, { rights: ['quality:read'] });
      expect(forbidden.errors?.[0]).toMatchObject({
        message: 'This needs the right marts:read, which the caller does not have.',
        extensions: { code: 'FORBIDDEN' },
      });
      const anonymous = await ask(database.knex, `{ ${query} }`, { rights: null });
      expect(anonymous.errors?.[0]?.extensions).toEqual({ code: 'UNAUTHENTICATED' });
    }
  });

  test('names every measure with its kind and unit, and has a source', () => {
    for (const { description, sources, type } of mart.measures) {
      expect(description).toMatch(type === 'Decimal' ? /KZT/ : /persons/);
      expect(sources.length).toBeGreaterThan(0);
    }
  });
});
