import { createKey } from '../../../../src/api/access/keys/keys';
import { readScope } from '../../../../src/api/access/rowScope';
import { givenPublication, givenRows } from '../../../support/databases/gold';
import { post, publishVersion, serveTest, type ServedDatabase } from '../support';

let served: ServedDatabase;
beforeAll(async () => {
  served = await serveTest({ product: true });
  const { knex } = served.database;
  await givenPublication(knex);
  await publishVersion(served.database);
  await givenRows(knex, 'gold.financing', [
    { report_id: 1, company_id: 9 },
    { report_id: 2, company_id: 10 },
  ]);
});
afterAll(() => served.stop());

test('over HTTP, too, a key sees the rows of its scope and is told which mart it may not see', async () => {
  const scope = readScope('marts=financing;companies=9');
  const wish = { name: 'confined', rights: 'marts:read', scope };
  const { key } = await createKey(served.database.knex, wish);
  const asked = async (by: string, query: string) => post({ url: served.url, key: by }, query);
  const rows = '{ financing { nodes { reportId } } }';
  for (let time = 0; time < 2; time += 1) {
    expect((await asked(served.key, rows)).body.data).toEqual({
      financing: { nodes: [{ reportId: 1 }, { reportId: 2 }] },
    });
    expect((await asked(key, rows)).body.data).toEqual({ financing: { nodes: [{ reportId: 1 }] } });
    for (const outside of [
      '{ exports { nodes { reportId } } }',
      '{ exports { totalCount } }',
      '{ exports { __typename } }',
      '{ exports { pageInfo { hasNextPage } } }',
      '{ exports { edges { cursor } } }',
      '{ exports(first: 0) { nodes { __typename } } }',
      '{ exportsGroups(by: []) { totalCount } }',
      '{ exportsGroups(by: []) { __typename } }',
      '{ companies { nodes { exports { __typename } } } }',
      '{ companies { nodes { exports { edges { __typename } } } } }',
      '{ financing { totalCount } exports { totalCount } }',
      '{ companies(filter: { exports: { some: {} } }) { nodes { name } } }',
    ]) {
      const { status, body } = await asked(key, outside);
      expect([outside, status]).toEqual([outside, 403]);
      expect(body.errors?.[0]).toMatchObject({
        message: 'The mart exports is outside of the scope of this credential.',
        extensions: { code: 'FORBIDDEN' },
      });
    }
  }
});
