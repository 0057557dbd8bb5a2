import { replayQuarantine } from '../../../../src/warehouse/bronze/replay';
import { ask } from '../../../support/asking/ask';
import { createTestDatabase, type TestDatabase } from '../../../support/databases/database';
import { givenPublication } from '../../../support/databases/gold';
import {
  change,
  loadLines,
  dumpLine,
  MAX_EVENT_BYTES,
  reportRow,
} from '../../../support/databases/warehouse';

const SECRET = 'aigerim@example.kz';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  await givenPublication(database.knex);
  const large = { ...reportRow(2), remarks: 'x'.repeat(MAX_EVENT_BYTES) };
  await loadLines(database.knex, [
    `${SECRET} is no JSON`,
    dumpLine({ ...change(reportRow(1, { version: SECRET }), { offset: 7 }), key: null }),
    dumpLine(change(large, { offset: 8 })),
  ]);
});
afterAll(() => database.drop());

const RECORD = 'id topic partition offset reasonCode reason bytes quarantinedAt';

const pageOf = async (given: string) => {
  const { data, errors } = await ask(
    database.knex,
    `{ quarantine${given} { totalCount nodes { ${RECORD} } edges { cursor node { id } } pageInfo { hasNextPage hasPreviousPage endCursor } } }`,
    { rights: ['refresh:run'] },
  );
  expect(errors).toBeUndefined();
  expect(JSON.stringify(data)).not.toContain(SECRET);
  return data?.['quarantine'] as {
    totalCount: number;
    nodes: Record<string, unknown>[];
    edges: { cursor: string; node: { id: string } }[];
    pageInfo: { hasNextPage: boolean; hasPreviousPage: boolean; endCursor: string };
  };
};

test('what waits in quarantine is listed with the oldest first, page by page, without what it holds', async () => {
  const { totalCount, nodes, pageInfo, edges } = await pageOf('(first: 2)');
  expect(totalCount).toBe(3);
  expect(nodes).toEqual([
    {
      id: '1',
      topic: null,
      partition: null,
      offset: null,
      reasonCode: 'NOT_JSON',
      reason: 'The line is not JSON.',
      bytes: 29,
      quarantinedAt: expect.stringMatching(/^\d{4}-.*Z$/),
    },
    expect.objectContaining({
      topic: 'techorda.public.service_report',
      partition: 0,
      offset: 7,
      reasonCode: 'NO_KEY',
      reason: "The record's key has no readable id.",
    }),
  ]);
  expect(edges.map(({ node }) => node.id)).toEqual(['1', '2']);
  expect(pageInfo).toMatchObject({ hasNextPage: true, endCursor: edges[1]?.cursor });
  const next = await pageOf(`(first: 2, after: "${pageInfo.endCursor}")`);
  expect(next.nodes.map(({ reasonCode }) => reasonCode)).toEqual(['TOO_LARGE']);
  expect(next.pageInfo).toMatchObject({ hasNextPage: false, hasPreviousPage: true });
});

test('what was replayed is no longer listed', async () => {
  expect(await replayQuarantine(database.knex, 2 * MAX_EVENT_BYTES)).toMatchObject({ released: 1 });
  const { totalCount, nodes } = await pageOf('');
  expect(totalCount).toBe(2);
  expect(nodes.map(({ reasonCode }) => reasonCode)).toEqual(['NOT_JSON', 'NO_KEY']);
});

test('a cursor that no answer gave, or a page of a wrong size, is told in a sentence', async () => {
  for (const given of ['after: "x"', 'first: -1', 'first: 1001']) {
    const { errors } = await ask(database.knex, `{ quarantine(${given}) { totalCount } }`, {
      rights: ['refresh:run'],
    });
    expect([given, errors?.[0]?.extensions]).toEqual([given, { code: 'BAD_USER_INPUT' }]);
    expect(errors?.[0]?.message).toContain('expected');
  }
});

test('who is confined to some rows is not told what waits', async () => {
  const { errors } = await ask(database.knex, '{ quarantine { totalCount } }', {
    rights: ['refresh:run'],
    scope: { years: [[2024, 2024]] },
  });
  expect(errors?.[0]?.extensions).toEqual({ code: 'FORBIDDEN' });
});
