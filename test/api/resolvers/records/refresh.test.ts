import { ask } from '../../../support/asking/ask';
import { createTestDatabase, type TestDatabase } from '../../../support/databases/database';
import { givenPublication } from '../../../support/databases/gold';

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
      tables: JSON.stringify({ 'gold.exports': { read: 7, published: 90 } }),
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
    'totalCount pageInfo { hasNextPage endCursor } nodes { id status reason full startedAt finishedAt dataVersionId steps { step milliseconds } changes { table inserted updated deleted read published } error gates { gate } }';
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
        changes: [
          { table: 'gold.exports', inserted: 3, updated: 2, deleted: 1, read: 7, published: 90 },
        ],
        error: null,
        gates: null,
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

describe('a run that a gate holds', () => {
  const gate = {
    gate: 'bin_missing',
    table: 'gold.exports',
    severity: 'HOLD',
    state: 'HELD',
    value: 0.2,
    limit: 0.1,
    failing: 20,
    rows: 10000,
    sentence: '20 of the 10,000 rows of gold.exports fail bin_missing.',
    releasable: true,
  };
  const query = `{ refreshRuns(first: 1) { nodes { status error
    gates { gate table severity state value limit unit failing rows sentence releasable
      examples { reportId serviceRequestId companyId key { field value } } }
    releases { gate table value releasedBy why dataVersionId ended } } } }`;
  const release = (why: string, runId = '3') =>
    `mutation { releaseHeldRun(runId: "${runId}", why: "${why}") { status reason } }`;

  beforeAll(async () => {
    const examples = [{ report_id: 4, service_request_id: 5, bin: '010240000011' }];
    await database.knex('refresh.runs').insert({
      reason: 'schedule',
      full_rebuild: false,
      status: 'HELD',
      sentence: gate.sentence,
      gates: JSON.stringify([{ ...gate, measure: 'SHARE', examples }]),
    });
  });

  test('shows the gate, its value and its limit, and keys of rows without a BIN', async () => {
    const { data, errors } = await ask(database.knex, query, { rights: ['refresh:run'] });
    expect(errors).toBeUndefined();
    const key = [
      { field: 'reportId', value: '4' },
      { field: 'serviceRequestId', value: '5' },
    ];
    const examples = [{ reportId: 4, serviceRequestId: 5, companyId: null, key }];
    expect(data?.['refreshRuns']).toEqual({
      nodes: [
        {
          status: 'HELD',
          error: gate.sentence,
          gates: [{ ...gate, unit: 'PERCENT', examples }],
          releases: [],
        },
      ],
    });
  });

  test('shows none of it to who is confined to some rows, who cannot release it either', async () => {
    const confined = { rights: ['refresh:run'], scope: { years: [[2024, 2024]] } } as const;
    const { data } = await ask(database.knex, query, confined);
    expect(data?.['refreshRuns']).toEqual({
      nodes: [{ status: 'HELD', error: null, gates: null, releases: null }],
    });
    const { errors } = await ask(database.knex, release('known'), confined);
    expect(errors?.[0]?.extensions).toEqual({ code: 'FORBIDDEN' });
  });

  test('is released by who may refresh, with a reason, and stands on record', async () => {
    const operator = { rights: ['refresh:run'] } as const;
    const refused = await ask(database.knex, release('known', '2'), operator);
    expect(refused.errors?.[0]).toMatchObject({
      message: expect.stringContaining('Run "2" is not held') as string,
      extensions: { code: 'BAD_USER_INPUT' },
    });
    const { data, errors } = await ask(database.knex, release('the source lost them'), operator);
    expect(errors).toBeUndefined();
    expect(data).toEqual({ releaseHeldRun: { status: 'QUEUED', reason: 'release' } });
    const { rows } = await database.knex.raw<{ rows: { payload: unknown }[] }>(
      `select payload from graphile_worker._private_jobs where key = 'refresh'`,
    );
    expect(rows).toEqual([{ payload: { full: false, reason: 'release' } }]);
    const { data: after } = await ask(database.knex, query, operator);
    expect(after?.['refreshRuns']).toMatchObject({
      nodes: [
        {
          releases: [
            {
              gate: 'bin_missing',
              table: 'gold.exports',
              value: 0.2,
              releasedBy: 'test (1)',
              why: 'the source lost them',
              dataVersionId: null,
              ended: false,
            },
          ],
        },
      ],
    });
  });
});

test.each([
  ['mutation { releaseHeldRun(runId: "3", why: "known") { id } }', 'refresh:run'],
  ['{ quarantine { nodes { id } } }', 'refresh:run'],
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
