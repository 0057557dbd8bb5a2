import { readFileSync } from 'node:fs';
import { buildSchema } from 'graphql';
import { createKey } from '../../../../src/api/access/keys/keys';
import { RIGHTS } from '../../../../src/api/access/viewer';
import { nullPlaces, type NullPlace, type Request } from '../../../support/asking/nullPlaces';
import { serveBothWays, type BothWays } from '../answers/bothWays';
import { fetchJson, type ServedDatabase } from '../support';

const places = nullPlaces(buildSchema(readFileSync('schema.generated.graphql', 'utf8')));

let both: BothWays;
let key: string;
beforeAll(async () => {
  both = await serveBothWays('marts:read');
  const rights = RIGHTS.join(',');
  key = (await createKey(both.compiled.database.knex, { name: 'all', rights })).key;
});
afterAll(() => both.stop());

interface Told {
  readonly status: number;
  readonly data: unknown;
  readonly codes: readonly unknown[];
  readonly sentences: readonly string[];
}

async function ask({ url }: ServedDatabase, { query, variables }: Request): Promise<Told> {
  const { status, body } = await fetchJson(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-api-key': key },
    body: JSON.stringify({ query, variables }),
  });
  const errors = body.errors ?? [];
  return {
    status,
    data: query.startsWith('mutation') ? withoutOwn(body.data) : body.data,
    codes: errors.map(({ extensions }) => extensions['code']),
    sentences: errors.map(({ message }) => message),
  };
}

/** What mutations answer, without what is of one call alone. */
function withoutOwn(data: unknown): unknown {
  const text = JSON.stringify(data, (name, value: unknown) =>
    ['id', 'key', 'createdAt'].includes(name) ? typeof value : value,
  );
  return text === undefined ? undefined : JSON.parse(text);
}

/** Several at once, which takes a third of the time. */
async function forEach<Item>(items: readonly Item[], work: (item: Item) => Promise<void>) {
  const waiting = [...items];
  const workers = Array.from({ length: 4 }, async () => {
    for (let item = waiting.pop(); item !== undefined; item = waiting.pop()) await work(item);
  });
  await Promise.all(workers);
}

const named = (place: NullPlace, way: string) => `${place.name} ${way}`;

test.each([['compiled'], ['resolved']] as const)(
  'a null that the schema allows means that nothing is given, but within a filter, where answers are %s',
  async (served) => {
    const allowed = places.filter(({ nullable, inFilter }) => nullable && !inFilter);
    expect(allowed.length).toBeGreaterThan(200);
    const wrong: unknown[] = [];
    await forEach(allowed, async (place) => {
      if (!place.without) throw new Error(`${place.name} may be null and not be left out.`);
      const usual = await ask(both[served], place.without);
      expect([place.name, usual.status]).toEqual([place.name, 200]);
      for (const { way, ...request } of place.withNull) {
        const told = await ask(both[served], request);
        if (JSON.stringify(told) !== JSON.stringify(usual)) {
          wrong.push([named(place, way), request, told.codes, told.sentences]);
        }
      }
    });
    expect(wrong).toEqual([]);
  },
);

test('within a filter, and where the schema allows none, null is told to be wrong', async () => {
  const refused = places.filter(({ nullable, inFilter }) => !nullable || inFilter);
  expect(refused.length).toBeGreaterThan(200);
  const wrong: unknown[] = [];
  await forEach(refused, async (place) => {
    for (const { way, ...request } of place.withNull) {
      const told = await ask(both.compiled, request);
      const [code] = told.codes;
      const [sentence = ''] = told.sentences;
      const isTold = code === 'BAD_USER_INPUT' && /^\S+ .*; expected .+\.$/su.test(sentence);
      if (!isTold || told.status >= 500) wrong.push([named(place, way), request, told]);
    }
  });
  expect(wrong).toEqual([]);
});
