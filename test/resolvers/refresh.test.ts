import { ask } from '../support/ask';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { givenPublication } from '../support/gold';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  const { knex } = database;
  await givenPublication(knex);
  await knex('bronze.progress').where({ table_name: 'service_report' }).update({ events: 12 });
  await knex('refresh.applied').where({ table_name: 'service_report' }).update({ event_no: 9 });
  await knex('refresh.runs').insert([
    {
      reason: 'schedule',
      full_rebuild: false,
      status: 'FAILED',
      error: 'a secret of the database',
    },
    {
      reason: 'schedule',
      full_rebuild: true,
      status: 'PUBLISHED',
      data_version_id: 1,
      started_at: '2026-01-31T23:59:00Z',
      finished_at: '2026-02-01T00:00:00.5Z',
      steps: JSON.stringify([{ step: 'gold', milliseconds: 12.5 }]),
      changed: JSON.stringify({ 'gold.exports': { inserted: 3, updated: 2, deleted: 1 } }),
    },
  ]);
});
afterAll(() => database.drop());

test('the data version says what is served, how old it is and what waits', async () => {
  const { data, errors } = await ask(
    database.knex,
    '{ dataVersion { id publishedAt sourceTime demonstration lagSeconds pendingEvents } }',
    { rights: [] },
  );
  expect(errors).toBeUndefined();
  expect(data).toEqual({
    dataVersion: {
      id: '1',
      publishedAt: '2026-02-01T00:00:00.500000Z',
      sourceTime: '2026-01-31T23:00:00Z',
      demonstration: false,
      lagSeconds: expect.any(Number),
      pendingEvents: 3,
    },
  });
});

test('runs are listed with the newest first, page by page, without their errors', async () => {
  const fields =
    'totalCount pageInfo { hasNextPage endCursor } nodes { id status reason full startedAt finishedAt dataVersionId steps { step milliseconds } changes { table inserted updated deleted } }';
  const newest = await ask(database.knex, `{ refreshRuns(first: 1) { ${fields} } }`, {
    rights: ['refresh:run'],
  });
  expect(newest.errors).toBeUndefined();
  expect(newest.data?.['refreshRuns']).toEqual({
    totalCount: 2,
    pageInfo: { hasNextPage: true, endCursor: expect.any(String) },
    nodes: [
      {
        id: '2',
        status: 'PUBLISHED',
        reason: 'schedule',
        full: true,
        startedAt: '2026-01-31T23:59:00Z',
        finishedAt: '2026-02-01T00:00:00.500000Z',
        dataVersionId: '1',
        steps: [{ step: 'gold', milliseconds: 12.5 }],
        changes: [{ table: 'gold.exports', inserted: 3, updated: 2, deleted: 1 }],
      },
    ],
  });
  const { pageInfo } = newest.data?.['refreshRuns'] as { pageInfo: { endCursor: string } };
  const older = await ask(
    database.knex,
    `{ refreshRuns(after: "${pageInfo.endCursor}") { nodes { id status } pageInfo { hasNextPage hasPreviousPage } } }`,
    { rights: ['quality:read'] },
  );
  expect(older.data?.['refreshRuns']).toEqual({
    nodes: [{ id: '1', status: 'FAILED' }],
    pageInfo: { hasNextPage: false, hasPreviousPage: true },
  });
  const { errors } = await ask(database.knex, '{ refreshRuns(after: "x") { nodes { id } } }', {
    rights: ['quality:read'],
  });
  expect(errors?.[0]?.extensions).toEqual({ code: 'BAD_USER_INPUT' });
});

test('asking for a refresh answers at once that it is queued', async () => {
  const enqueueRefresh = jest.fn(() => Promise.resolve({ jobId: '42' }));
  const { data, errors } = await ask(
    database.knex,
    'mutation { refresh(full: true) { id status full startedAt } }',
    { rights: ['refresh:run'], enqueueRefresh },
  );
  expect(errors).toBeUndefined();
  expect(data).toEqual({
    refresh: { id: 'queued:42', status: 'QUEUED', full: true, startedAt: null },
  });
  expect(enqueueRefresh.mock.calls).toEqual([[true]]);
});

test.each([
  ['{ refreshRuns { nodes { id } } }', 'quality:read or refresh:run'],
  ['{ dataQuality { defectCount } }', 'quality:read'],
  ['mutation { refresh { id } }', 'refresh:run'],
  ['{ company(id: "1") { id } }', 'marts:read'],
])('%s needs the right %s', async (query, right) => {
  const others = (['marts:read', 'bin:read', 'keys:manage'] as const).filter(
    (other) => other !== right,
  );
  const { errors } = await ask(database.knex, query, { rights: others });
  expect(errors?.[0]).toMatchObject({
    message: `This needs the right ${right}, which the caller does not have.`,
    extensions: { code: 'FORBIDDEN' },
  });
  const anonymous = await ask(database.knex, query, { rights: null });
  expect(anonymous.errors?.[0]?.extensions).toEqual({ code: 'UNAUTHENTICATED' });
});
