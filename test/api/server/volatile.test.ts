import {
  getNamedType,
  isInterfaceType,
  isLeafType,
  isNonNullType,
  isObjectType,
  parse,
  type GraphQLField,
  type GraphQLOutputType,
} from 'graphql';
import { createKey } from '../../../src/api/access/keys/keys';
import { RIGHTS } from '../../../src/api/access/viewer';
import { createSchema } from '../../../src/api/resolvers/schema';
import { isVolatile } from '../../../src/api/server/plugins/volatile';
import { ask, model } from '../../support/asking/ask';
import { createTestDatabase, type TestDatabase } from '../../support/databases/database';
import { givenPublication } from '../../support/databases/gold';
import { change, dumpLine, loadLines, reportRow } from '../../support/databases/warehouse';

const schema = createSchema(model);
/** Texts for the arguments that a field cannot do without. */
const NEEDED: Readonly<Record<string, string>> = {
  companySearch: '(text: "ТОО")',
  company: '(id: "1")',
};

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  await givenPublication(database.knex);
});
afterAll(() => database.drop());

/** All values below a type, through types that do not stand above it already. */
function valuesOf(output: GraphQLOutputType, above: readonly string[] = []): string {
  const type = getNamedType(output);
  if (isLeafType(type)) return '';
  if (!isObjectType(type) && !isInterfaceType(type)) return '{ __typename }';
  const fields = Object.values(type.getFields()).flatMap((field) => {
    const below = getNamedType(field.type);
    if (above.length > 3 || above.includes(below.name) || needsArguments(field)) return [];
    return [`${field.name} ${valuesOf(field.type, [...above, type.name])}`];
  });
  return `{ __typename ${fields.join(' ')} }`;
}

const needsArguments = ({ args }: GraphQLField<unknown, unknown>) =>
  args.some(({ type, defaultValue }) => isNonNullType(type) && defaultValue === undefined);

/** Each field below each root field, by itself, with all that is below it. */
const questions = Object.values(schema.getQueryType()?.getFields() ?? {}).flatMap((root) => {
  const type = getNamedType(root.type);
  const given = root.name.endsWith('Groups') ? '(by: [YEAR])' : (NEEDED[root.name] ?? '');
  if (!isObjectType(type)) return [];
  return Object.values(type.getFields())
    .filter((field) => !needsArguments(field))
    .map(
      (field) => `{ ${root.name}${given} { ${field.name} ${valuesOf(field.type, [type.name])} } }`,
    );
});

const answers = () =>
  Promise.all(
    questions.map(async (question) => {
      const { data, errors } = await ask(database.knex, question, { rights: RIGHTS });
      expect([question, errors]).toEqual([question, undefined]);
      return JSON.stringify(data);
    }),
  );

test('what answers otherwise although no version was published since bears no tag', async () => {
  const { knex } = database;
  const before = await answers();
  await loadLines(knex, ['no JSON', dumpLine(change(reportRow(1), { offset: 1 }))]);
  await knex('refresh.runs').insert({ reason: 'test', full_rebuild: false, status: 'FAILED' });
  await createKey(knex, { name: 'new', rights: 'marts:read' });
  const after = await answers();

  const changed = questions.filter((_, index) => before[index] !== after[index]);
  const roots = changed.map((question) => /\w+/.exec(question)?.[0]);
  expect(new Set(roots)).toEqual(
    new Set(['dataVersion', 'refreshRuns', 'quarantine', 'keys', 'ledger']),
  );
  for (const question of changed) {
    expect([question, isVolatile(schema, parse(question))]).toEqual([question, true]);
  }
});

test('most of what is asked holds until a version is published, and bears a tag', () => {
  const lasting = questions.filter((question) => !isVolatile(schema, parse(question)));
  expect(lasting.length).toBeGreaterThan(questions.length / 2);
});
