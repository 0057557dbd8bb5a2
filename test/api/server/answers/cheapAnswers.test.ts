import { publishVersion, post, serveTest, type ServedDatabase } from '../support';

let served: ServedDatabase;
beforeAll(async () => {
  served = await serveTest({ product: true });
  await publishVersion(served.database);
});
afterAll(() => served.stop());

/** How many answers were known, and how many were read as text. */
async function quickAnswers(): Promise<readonly number[]> {
  const text = await (await fetch(`${served.url}/metrics`)).text();
  return ['known', 'compiled'].map((way) =>
    Number(new RegExp(`quick_answers_total\\{way="${way}"\\} (\\d+)`).exec(text)?.[1] ?? 0),
  );
}

test('a page, which costs little, is known from its second asking on, so that pages asked once push out nothing', async () => {
  const page = '{ financing(first: 1) { totalCount pageInfo { endCursor } nodes { id } } }';
  const bodies: unknown[] = [];
  const counts: (readonly number[])[] = [];
  for (let turn = 0; turn < 4; turn += 1) {
    const { status, body } = await post(served, page);
    expect(status).toBe(200);
    bodies.push(body);
    counts.push(await quickAnswers());
  }
  expect(counts).toEqual([
    [0, 1],
    [0, 2],
    [1, 2],
    [2, 2],
  ]);
  expect(bodies[0]).toMatchObject({
    data: { financing: { totalCount: 0, pageInfo: { endCursor: null }, nodes: [] } },
  });
  expect(new Set(bodies.map((body) => JSON.stringify(body))).size).toBe(1);
});

test('all pages of a query are of one statement, and so are those of which one is empty', async () => {
  const [, before = 0] = await quickAnswers();
  const { body } = await post(
    served,
    '{ a: companies(first: 0) { nodes { id } } dataVersion { id } b: exports(last: 2) { edges { cursor } pageInfo { hasPreviousPage } } }',
  );
  expect(body.data).toMatchObject({
    a: { nodes: [] },
    b: { edges: [], pageInfo: { hasPreviousPage: false } },
  });
  expect((await quickAnswers())[1]).toBe(before + 1);
});
