import { createKey } from '../../../src/access/keys';
import { refresh } from '../../../src/refresh/refresh';
import { createTestDatabase } from '../../support/database';
import { smallDump } from '../../support/twinDatabases';
import { loadLines } from '../../support/warehouse';
import { post, serveTest, type ServedDatabase } from '../support';

let compiled: ServedDatabase;
let resolved: ServedDatabase;
let authorization: string;
beforeAll(async () => {
  const database = await createTestDatabase();
  await loadLines(database.knex, smallDump());
  await refresh(database.knex, { reason: 'test' });
  const { key } = await createKey(database.knex, { name: 'reader', rights: 'marts:read' });
  authorization = `Bearer ${key}`;
  compiled = await serveTest({ product: true, database });
  resolved = await serveTest({ product: true, compiled: false, database });
});
afterAll(async () => {
  await resolved.stop();
  await compiled.stop();
});

const OF_EVERY_OBJECT = [
  'constructor',
  'hasOwnProperty',
  'isPrototypeOf',
  'propertyIsEnumerable',
  'toLocaleString',
  'toString',
  'valueOf',
];

test.each(OF_EVERY_OBJECT)(
  'a field may be called %s, as every object of JavaScript has one',
  async (name) => {
    const query = (alias: string) => `{
      ${alias}: financing(first: 3) { nodes { reportId ${alias}: loanFunds } ${alias}: totalCount }
      groups: financingGroups(by: [YEAR]) { ${alias}: nodes { ${alias}: rows key { year } } }
      companies(first: 2) { ${alias}: nodes { ${alias}: financing(first: 2) { nodes { ${alias}: year } } } } }`;
    for (const served of [compiled, resolved]) {
      const plain = await post(served, query('other'), { authorization });
      const answer = await post(served, query(name), { authorization });
      expect(answer.body.errors).toBeUndefined();
      expect(JSON.stringify(answer.body.data)).toBe(
        JSON.stringify(plain.body.data).replaceAll('"other":', `"${name}":`),
      );
    }
  },
);
