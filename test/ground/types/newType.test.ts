import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { GraphQLInputObjectType, GraphQLScalarType } from 'graphql';
import { Lines } from '../../../src/api/export/lines';
import type { Mart } from '../../../src/api/model/mart';
import { loadModel } from '../../../src/api/model/read/loadModel';
import { schemaFolder } from '../../../src/api/model/read/schemaFiles';
import { checkModelAgainstDatabase } from '../../../src/api/query/checkModelAgainstDatabase';
import { operandsOf, type Operand } from '../../../src/api/query/columns/operand';
import { Source } from '../../../src/api/query/columns/source';
import { readGroups } from '../../../src/api/query/groups/groups';
import { planCopiedRows } from '../../../src/api/query/pages/copiedRows';
import { readPage } from '../../../src/api/query/pages/page';
import { jsonSql } from '../../../src/api/query/values/jsonValue';
import { createSchema } from '../../../src/api/resolvers/schema';
import { rowsOf, sql, type Sql } from '../../../src/ground/database/sql';
import type * as Cell from '../../../src/ground/types/cell';
import type { ScalarType } from '../../../src/ground/types/scalarType';
import { seesAll } from '../../api/query/given/context';
import { givenRows } from '../../api/query/given/rows';
import { createTestDatabase, type TestDatabase } from '../../support/databases/database';

/** What a new type is: a file in src/ground/types like this, and a line in columnTypes.ts. */
jest.mock('../../../src/ground/types/columnTypes', () => {
  const types = jest.requireActual<object>('../../../src/ground/types/columnTypes');
  const { verbatim } = jest.requireActual<typeof Cell>('../../../src/ground/types/cell');
  const activityCode: ScalarType = {
    columns: ['text'],
    cast: 'text',
    expected: 'a code of two to five digits with dots, as 62.01',
    read: (given) =>
      typeof given === 'string' && /^\d\d(\.\d{1,3})?$/.test(given) ? given : undefined,
    compared: 'order',
    collation: 'C',
    counted: true,
    json: { text: '{}', quotes: 'around' },
    file: { write: verbatim, quotedInJson: true },
    graphql: {
      description: 'The code of an economic activity, such as 62.01.',
      answered: (value) => (typeof value === 'string' ? value : undefined),
    },
  };
  return Object.defineProperty({ ...types, ActivityCode: activityCode }, '__esModule', {
    value: true,
  });
});

let folder: string;
let database: TestDatabase;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'schema-'));
  cpSync(schemaFolder, folder, { recursive: true });
  const file = join(folder, 'marts', 'financing.graphql');
  const field = `activityCode: ActivityCode @label(kk: "Код", ru: "Код", en: "Code") @dimension\n}`;
  writeFileSync(file, readFileSync(file, 'utf8').replace(/\}\s*$/, field));

  database = await createTestDatabase();
  await database.knex.raw('alter table gold.financing add column activity_code text');
  await givenRows(database.knex, 'gold.financing', [
    { activity_code: '62.02' },
    { activity_code: '62.01' },
    {},
  ]);
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await database.drop();
});

test('a type that is declared in one file is read, filtered, ordered, grouped, paged, answered and exported', async () => {
  const model = loadModel(folder);
  const financing = model.marts.find(({ name }) => name === 'Financing') as Mart;
  await expect(checkModelAgainstDatabase(database.knex, model)).resolves.toBeUndefined();

  const schema = createSchema(model);
  const scalar = schema.getType('ActivityCode') as GraphQLScalarType;
  expect(scalar.description).toBe('The code of an economic activity, such as 62.01.');
  expect(scalar.parseValue('62.01')).toBe('62.01');
  expect(() => scalar.parseValue('IT')).toThrow(
    'The ActivityCode is "IT"; expected a code of two to five digits with dots, as 62.01.',
  );
  const filter = schema.getType('ActivityCodeFilter') as GraphQLInputObjectType;
  expect(Object.keys(filter.getFields())).toEqual([
    'eq',
    'ne',
    'in',
    'notIn',
    'lt',
    'lte',
    'gt',
    'gte',
    'isNull',
  ]);

  const page = await readPage(
    database.knex,
    financing,
    {
      filter: { activityCode: { gte: '62' } },
      orderBy: [{ field: 'ACTIVITY_CODE', direction: 'DESC' }],
      first: 1,
    },
    { fields: ['activityCode'], totalCount: true },
    seesAll,
  );
  expect([page.totalCount, page.rows]).toEqual([
    2,
    [expect.objectContaining({ activityCode: '62.02' })],
  ]);
  const [row = {}] = page.rows;
  const next = await readPage(
    database.knex,
    financing,
    { orderBy: [{ field: 'ACTIVITY_CODE', direction: 'DESC' }], after: page.cursorOf(row) },
    { fields: ['activityCode'], totalCount: false },
    seesAll,
  );
  expect(next.rows.map(({ activityCode }) => activityCode)).toEqual(['62.01', null]);

  const groups = await readGroups(
    database.knex,
    financing,
    { by: ['ACTIVITY_CODE'] },
    { aggregates: {}, counts: ['rows'], totalCount: false },
    seesAll,
  );
  expect(groups.groups.map(({ key }) => key['activityCode'])).toEqual(['62.01', '62.02', null]);

  const source = new Source(financing, seesAll);
  const operand = operandsOf(financing).get('activityCode') as Operand;
  const json = jsonSql(operand.type, source.expression(operand), { list: false, nullable: true });
  const written = await rowsOf<{ json: string }>(
    database.knex,
    sql`select ${json as Sql} as json from ${source.from()} order by m.report_id`,
  );
  expect(written.map(({ json }) => json)).toEqual(['"62.02"', '"62.01"', 'null']);

  const { columns } = planCopiedRows(financing, {}, ['activityCode'], seesAll, () => undefined);
  const copied = Buffer.from('62.02\n\\N\n');
  const csv = Lines.of('csv', columns);
  expect([csv.head.toString(), csv.write(copied).toString()]).toEqual([
    'activityCode\r\n',
    '62.02\r\n\r\n',
  ]);
  expect(Lines.of('ndjson', columns).write(copied).toString()).toBe(
    '{"activityCode":"62.02"}\n{"activityCode":null}\n',
  );
});
