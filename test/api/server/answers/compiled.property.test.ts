import fc from 'fast-check';
import { createKey } from '../../../../src/api/access/keys/keys';
import type { Right } from '../../../../src/api/access/viewer';
import { refresh } from '../../../../src/warehouse/refresh/run/refresh';
import { createSchema } from '../../../../src/api/resolvers/schema';
import { model } from '../../../support/asking/ask';
import { createTestDatabase } from '../../../support/databases/database';
import { CURSOR, questions } from '../../../support/asking/questions';
import { scalarsAbout } from '../../../support/asking/scalarsAbout';
import { smallDump } from '../../../support/databases/twinDatabases';
import { varied, type VariedQuestion } from '../../../support/asking/varied';
import { loadLines } from '../../../support/databases/warehouse';
import { serveTest, type ServedDatabase } from '../support';

/** More for a longer search: the number of questions of each kind that each caller asks. */
const QUESTIONS = Number(process.env['FUZZ_RUNS'] ?? 25);

const schema = createSchema(model);
const CALLERS: readonly { readonly rights: readonly Right[]; readonly years?: string }[] = [
  { rights: ['marts:read'] },
  { rights: ['marts:read', 'bin:read'] },
  { rights: ['marts:read', 'bin:lookup'], years: '2022-2024' },
];

let compiled: ServedDatabase;
let resolved: ServedDatabase;
let keys: readonly string[];
beforeAll(async () => {
  const database = await createTestDatabase();
  await loadLines(database.knex, smallDump());
  await refresh(database.knex, { reason: 'test' });
  const config = { ANSWER_CACHE_BYTES: 0 };
  compiled = await serveTest({ product: true, database, config });
  resolved = await serveTest({ product: true, compiled: false, database, config });
  keys = await Promise.all(
    CALLERS.map(async ({ rights, years }) => {
      const wish = { name: 'asker', rights: rights.join(','), ...(years && { years }) };
      return (await createKey(database.knex, wish)).key;
    }),
  );
});
afterAll(async () => {
  await resolved.stop();
  await compiled.stop();
});

/** Fields of rows in every form, and what leads from rows to rows. */
const ofRows = Object.keys(schema.getQueryType()?.getFields() ?? {}).filter(
  (name) => !schema.getType(`${name.charAt(0).toUpperCase()}${name.slice(1)}Connection`),
);
const rowQuestions = questions(schema, {
  scalars: scalarsAbout(['777777000001']),
  depth: 5,
  without: [
    ...ofRows
      .filter((name) => !['companies', 'participants'].includes(name))
      .map((name) => `Query.${name}`),
    ...model.marts.map(({ name }) => `${name}.missing`),
  ],
});
const anyQuestions = questions(schema, {
  scalars: scalarsAbout(['777777000001']),
  without: ['DataVersion.lagSeconds', 'Query.catalogue'],
  careless: true,
});

async function sent({ url }: ServedDatabase, key: string, { query, variables }: VariedQuestion) {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      authorization: `Bearer ${key}`,
      'x-request-id': 'the-same-in-both',
    },
    body: JSON.stringify({ query, variables }),
  });
  const headers = [...response.headers].filter(([name]) => name !== 'date').sort();
  return { status: response.status, headers, body: await response.text() };
}

async function expectSame(key: string, question: VariedQuestion): Promise<string> {
  const [expected, found] = [
    await sent(resolved, key, question),
    await sent(compiled, key, question),
  ];
  expect(firstDifference(found.body, expected.body)).toBeNull();
  expect(found).toEqual(expected);
  return expected.body;
}

/** Both from where they differ: whole answers are too long to be read. */
function firstDifference(one: string, other: string): readonly string[] | null {
  let at = 0;
  while (at < one.length && one[at] === other[at]) at += 1;
  const from = Math.max(0, at - 100);
  return one === other ? null : [one.slice(from, at + 200), other.slice(from, at + 200)];
}

async function compiledAnswers(): Promise<number> {
  const text = await (await fetch(`${compiled.url}/metrics`)).text();
  return Number(/^techorda_quick_answers_total\{way="compiled"\} (\d+)/m.exec(text)?.[1] ?? 0);
}

describe.each(CALLERS.map(({ rights }, index) => [rights.join(', '), index] as const))(
  'for a caller with %s',
  (_, caller) => {
    const key = () => keys[caller] ?? '';

    test('rows that the database answers as text are byte for byte those of the resolvers', async () => {
      const before = await compiledAnswers();
      await fc.assert(
        fc.asyncProperty(varied(rowQuestions), async (question) => {
          const answer = await expectSame(key(), question);
          if (!question.query.includes(`$${CURSOR}`)) return;
          for (const cursor of cursorsIn(answer)) {
            const variables = { ...question.variables, [CURSOR]: cursor };
            await expectSame(key(), { ...question, variables });
          }
        }),
        { numRuns: QUESTIONS },
      );
      expect((await compiledAnswers()) - before).toBeGreaterThan(QUESTIONS / 10);
    }, 300_000);

    test('whatever else is asked is answered, or refused, as without it', async () => {
      await fc.assert(
        fc.asyncProperty(varied(anyQuestions), async (question) => {
          await expectSame(key(), question);
        }),
        { numRuns: QUESTIONS },
      );
    }, 300_000);
  },
);

function cursorsIn(answer: string): string[] {
  const found = [...answer.matchAll(/"(?:endCursor|startCursor|cursor)_?":"([\w-]+)"/g)];
  return [...new Set(found.map(([, cursor]) => cursor ?? ''))].slice(0, 3);
}
