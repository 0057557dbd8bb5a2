import fc from 'fast-check';
import type { Right } from '../../../src/api/access/viewer';
import { createKey } from '../../../src/api/access/keys/keys';
import { createSchema } from '../../../src/api/resolvers/schema';
import { serveTest, type ServedDatabase } from '../server/support';
import { model } from '../../support/asking/ask';
import { CURSOR, questions } from '../../support/asking/questions';
import { scalarsAbout } from '../../support/asking/scalarsAbout';
import { createTwins, type Twins } from '../../support/databases/twinDatabases';

/** More for a longer search: the number of questions that each kind of caller asks. */
const QUESTIONS = Number(process.env['FUZZ_RUNS'] ?? 20);

const schema = createSchema(model);

/** Who has no right to read BINs, whatever else they may. */
const CALLERS: readonly (readonly Right[])[] = [
  ['marts:read'],
  ['marts:read', 'quality:read', 'refresh:run'],
  ['marts:read', 'quality:read', 'bin:lookup'],
];
/** Asks the same before them: what is kept of its answers must not be theirs. */
const READER: readonly Right[] = ['marts:read', 'bin:read', 'quality:read'];

describe.each([
  [0, 'year'],
  [2021, 'year'],
  [2021, 'company'],
] as const)('with %i as the first masked year, by %s', (maskBinFromYear, policy) => {
  let twins: Twins;
  let hidden: readonly string[];
  let served: readonly ServedDatabase[];
  let keys: readonly (readonly string[])[];

  beforeAll(async () => {
    twins = await createTwins({ fromYear: maskBinFromYear, policy });
    hidden = twins.bins.flatMap(({ one, other }) => [one, other]);
    served = await Promise.all(
      twins.databases.map((database) =>
        serveTest({
          product: true,
          database,
          config: {
            MASK_BIN_FROM_YEAR: maskBinFromYear,
            MASK_BIN_POLICY: policy,
            MIN_GROUP_COMPANIES: maskBinFromYear === 0 ? 0 : 3,
          },
        }),
      ),
    );
    keys = await Promise.all(
      twins.databases.map(async ({ knex }) => {
        const made: string[] = [];
        for (const rights of [...CALLERS, READER]) {
          made.push((await createKey(knex, { name: 'twin', rights: rights.join(',') })).key);
        }
        return made;
      }),
    );
  });
  afterAll(() => Promise.all(served.map((server) => server.stop())));

  /** All that is sent back, but for the time of day. */
  async function sent(of: number, caller: number, question: string, cursor?: string) {
    const variables = cursor === undefined ? {} : { [CURSOR]: cursor };
    const server = served[of];
    if (!server) throw new Error('There are two of them.');
    const headers = {
      authorization: `Bearer ${keys[of]?.[caller] ?? ''}`,
      'x-request-id': 'the-same-in-both',
      // A known answer is packed in the background, in each of them in its own time.
      'accept-encoding': 'identity',
    };
    const search = new URLSearchParams({ query: question, variables: JSON.stringify(variables) });
    const byGet = search.toString().length < 6_000;
    const response = byGet
      ? await fetch(`${server.url}/graphql?${search.toString()}`, { headers })
      : await fetch(`${server.url}/graphql`, {
          method: 'POST',
          headers: { ...headers, 'content-type': 'application/json' },
          body: JSON.stringify({ query: question, variables }),
        });
    const body = await response.text();
    const told = [...response.headers].filter(([name]) => name !== 'date');
    return { status: response.status, headers: told, body };
  }

  async function expectSame(caller: number, question: string, cursor?: string): Promise<string> {
    await Promise.all([0, 1].map((of) => sent(of, CALLERS.length, question, cursor)));
    await expectSameOnce(caller, question, cursor);
    // What was kept of the first answer is the same too.
    return expectSameOnce(caller, question, cursor);
  }

  async function expectSameOnce(
    caller: number,
    question: string,
    cursor?: string,
  ): Promise<string> {
    const [one, other] = await Promise.all([
      sent(0, caller, question, cursor),
      sent(1, caller, question, cursor),
    ]);
    expect(other).toEqual(one);
    // What the caller gave itself may come back in a sentence; nothing else may.
    const foreign = hidden.filter((bin) => !question.includes(bin));
    expect(foreign.filter((bin) => one?.body.includes(bin))).toEqual([]);
    return one?.body ?? '';
  }

  test.each(CALLERS.map((rights, caller) => [rights.join(', '), caller] as const))(
    'a caller with %s gets the same bytes from two databases with other BINs behind the pseudonyms',
    async (_, caller) => {
      const mayLookUp = CALLERS[caller]?.includes('bin:lookup') === true;
      const asked = questions(schema, {
        scalars: scalarsAbout(digitsOf(twins)),
        favoured: 'bin',
        without: [
          ...['DataVersion.lagSeconds', 'Query.catalogue'],
          // Whoever looks a company up by its BIN is told whether there is one: that is the right.
          ...(mayLookUp ? ['Query.company', 'Query.companySearch'] : []),
        ],
      });
      await fc.assert(
        fc.asyncProperty(asked, async (question) => {
          const answer = await expectSame(caller, question);
          if (!question.includes(`$${CURSOR}`)) return;
          for (const cursor of cursorsIn(answer)) await expectSame(caller, question, cursor);
        }),
        { numRuns: QUESTIONS },
      );
    },
    10 * 60_000,
  );

  test('files are the same bytes too, with the same headers, in whatever order', async () => {
    const tables = [...model.marts, ...model.entities];
    const searches = ['', '?orderBy=[{"field":"BIN"}]', '?filter={"bin":{"gt":"3"}}&fields=bin'];
    for (const { rootField } of tables) {
      for (const [index, search] of searches.entries()) {
        const path = `/export/${rootField}.${index === 0 ? 'csv' : 'ndjson'}${search}`;
        for (const caller of CALLERS.keys()) {
          const [one, other] = await Promise.all([file(0, caller, path), file(1, caller, path)]);
          expect(other).toEqual(one);
          expect(one.status).toBe(200);
          expect(hidden.filter((bin) => one.body.includes(bin))).toEqual([]);
          // Names bear the BIN too, as people write it.
          if (index === 0) expect(one.body).toContain('[12 digits]');
        }
      }
    }
  });

  async function file(of: number, caller: number, path: string) {
    const response = await fetch(`${served[of]?.url ?? ''}${path}`, {
      headers: {
        authorization: `Bearer ${keys[of]?.[caller] ?? ''}`,
        'x-request-id': 'the-same-in-both',
        'accept-encoding': 'identity',
      },
    });
    const told = [...response.headers].filter(([name]) => name !== 'date');
    return { status: response.status, headers: told, body: await response.text() };
  }
});

function cursorsIn(answer: string): string[] {
  const found = [...answer.matchAll(/"(?:endCursor|startCursor|cursor)":"([\w-]+)"/g)];
  return [...new Set(found.map(([, cursor]) => cursor ?? ''))].slice(0, 3);
}

/** What a curious caller would try: BINs of both databases, their pieces, and pseudonyms. */
function digitsOf({ bins }: Twins): string[] {
  return bins.flatMap(({ one, other, pseudonym }) => [one, other, pseudonym]);
}
