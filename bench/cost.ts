import { readdir, readFile } from 'node:fs/promises';
import fc from 'fast-check';
import type { Knex } from 'knex';
import { createKey } from '../src/api/access/keys/keys';
import { loadModel } from '../src/api/model/read/loadModel';
import { createSchema } from '../src/api/resolvers/schema';
import { questions } from '../test/support/asking/questions';
import { benchData } from './serving/data';
import { median } from './serving/median';
import { startServer } from './serving/servers';

/**
 * Whether cost follows work: random queries that the schema allows, each asked alone, by the time that it takes for
 * each unit of its cost. Beside them what was found to be dear, so that it is not forgotten.
 *
 *   npm run bench:cost -- [number of answered queries] [folder of the data] [seed]
 */

const COUNT = Number(process.argv[2] ?? 2_000);
const FOLDER = process.argv[3];
const SEED = Number(process.argv[4] ?? 1);
/** The least of so many askings: what is done for the first time is no work of the query. */
const ASKINGS = 3;
/** Of what is drawn some is refused, as too dear or as nonsense. So many for each answer mean that something is wrong. */
const MAX_REFUSED = 5;
const DRAWN_AT_ONCE = 250;
const NAMED: Readonly<Record<string, string>> = {
  'a filter of 100 texts': `{ financing(filter: {or: [${each(100, (n) => `{companyName: {contains: "x${n}"}}`)}]}, first: 1) { totalCount } }`,
  'companies by 40 texts of linked rows': `{ companies(filter: {or: [${each(40, (n) => `{financing: {some: {companyName: {contains: "x${n}"}}}}`)}]}, first: 1) { nodes { id } } }`,
  'a page of 1,000 rows':
    '{ financing(first: 1000) { nodes { id year companyName bin reportType signedAt } } }',
  'groups by company':
    '{ financingGroups(by: [COMPANY_NAME], first: 10) { totalCount nodes { companies total { loanFunds } } } }',
  'nested pages':
    '{ companies(first: 100) { nodes { name financing(first: 20) { nodes { id year } } employees(first: 20) { totalCount } } } }',
  quality:
    '{ dataQuality { marts { mart rows years { year coverage { participations } defects { column count } } } years { year reporting { reported } defects { column count } } defectCount } }',
  search: '{ companySearch(text: "tech") { totalCount nodes { name company { id } } } }',
  'the smallest': '{ __typename }',
};

function each(times: number, text: (n: number) => string): string {
  return Array.from({ length: times }, (_, n) => text(n)).join(', ');
}

function* drawWithoutEnd<T>(drawn: fc.Arbitrary<T>): Generator<T> {
  for (let seed = SEED; ; seed += 1) yield* fc.sample(drawn, { numRuns: DRAWN_AT_ONCE, seed });
}

interface Measured {
  readonly query: string;
  readonly cost: number;
  readonly milliseconds: number;
}

const text = fc.constantFrom('a', 'ТОО', 'tech', '2', '777777');
const scalars: Readonly<Record<string, fc.Arbitrary<string>>> = {
  Int: fc.constantFrom('0', '1', '2019', '2023', '2025'),
  Float: fc.constant('0.5'),
  String: text.map((value) => JSON.stringify(value)),
  Boolean: fc.constantFrom('true', 'false'),
  ID: fc.nat(3_000).map((id) => JSON.stringify(String(id))),
  Decimal: fc.nat(1_000_000).map((amount) => `"${String(amount)}.50"`),
  Date: fc.constant('"2023-01-01"'),
  DateTime: fc.constant('"2023-01-01T00:00:00Z"'),
  BigInt: fc.nat(9).map(String),
};

/** Milliseconds of a processor that the API and its database sessions have taken: what others do is not in it. */
async function workOf(database: Knex, api: number): Promise<() => Promise<number>> {
  if (process.platform !== 'linux') return () => Promise.resolve(performance.now());
  const seen = new Map<number, number>();
  let sessions: readonly number[] = [];
  const find = async () => {
    const { rows } = await database.raw<{ rows: { pid: number }[] }>(
      "select pid from pg_stat_activity where application_name = 'techorda api' or backend_type = 'parallel worker'",
    );
    sessions = rows.map(({ pid }) => pid);
  };
  const taken = async (pid: number) => {
    const tasks = await readdir(`/proc/${String(pid)}/task`).catch(() => []);
    const texts = tasks.map((task) =>
      readFile(`/proc/${String(pid)}/task/${task}/schedstat`, 'utf8').catch(() => '0'),
    );
    const now = (await Promise.all(texts)).reduce(
      (sum, each) => sum + Number(each.split(' ')[0]),
      0,
    );
    // What a session took that has ended is not forgotten.
    seen.set(pid, Math.max(now, seen.get(pid) ?? 0));
  };
  return async () => {
    await find();
    await Promise.all([api, ...sessions].map(taken));
    return [...seen.values()].reduce((sum, each) => sum + each, 0) / 1e6;
  };
}

async function main(): Promise<void> {
  const ends: (() => Promise<unknown>)[] = [];
  const data = await benchData(1, FOLDER, (end) => ends.unshift(end));
  const { key } = await createKey(data.database, {
    name: 'cost',
    rights: 'marts:read,quality:read',
  });
  const server = await startServer('techorda', {
    DATABASE_URL: data.url,
    ANSWER_CACHE_BYTES: '0',
    RATE_REQUESTS: '0',
    RATE_COST: '0',
    LOG_LEVEL: 'silent',
  });
  try {
    const work = await workOf(data.database, server.pid);
    const ask = async (query: string): Promise<Measured | undefined> => {
      const begun = await work();
      const response = await fetch(server.url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-api-key': key },
        body: JSON.stringify({ query }),
      });
      const answer = (await response.json()) as {
        data?: unknown;
        errors?: unknown;
        extensions?: { cost?: { requested: number } };
      };
      const cost = answer.extensions?.cost?.requested;
      const milliseconds = (await work()) - begun;
      if (cost === undefined || answer.errors !== undefined || !answer.data) {
        if (process.env['SHOW_ERRORS']) console.error(query, JSON.stringify(answer).slice(0, 300));
        return undefined;
      }
      return { query, cost, milliseconds };
    };
    const leastOf = async (query: string): Promise<Measured | undefined> => {
      // The first asking may be the first of its kind, for which code is compiled and pages are read.
      if (!(await ask(query))) return undefined;
      let least = await ask(query);
      for (let time = 1; time < ASKINGS && least; time += 1) {
        const again = await ask(query);
        if (again && again.milliseconds < least.milliseconds) least = again;
      }
      return least;
    };
    const drawn = questions(createSchema(loadModel()), {
      scalars,
      without: ['Query.ledger', 'Query.keys'],
    });
    const all: Measured[] = [];
    let refused = 0;
    for (const query of drawWithoutEnd(drawn)) {
      if (all.length === COUNT || refused > MAX_REFUSED * COUNT) break;
      const measured = await leastOf(query);
      if (measured) all.push(measured);
      else refused += 1;
    }
    const ratio = ({ milliseconds, cost }: Measured) => (milliseconds * 1_000) / cost;
    const sorted = [...all].sort((a, b) => ratio(b) - ratio(a));
    const middle = median(all.map(ratio));
    const told = (measured: Measured) =>
      `${(ratio(measured) / middle).toFixed(2).padStart(7)} ${ratio(measured).toFixed(2).padStart(7)} ${measured.milliseconds.toFixed(1).padStart(8)} ${String(measured.cost).padStart(9)}`;
    console.log(
      `${String(all.length)} queries were answered; ${String(refused)} others were refused, and do not count.`,
    );
    console.log(`\nof the median, µs a unit, ms, cost`);
    console.log(
      `median: ${middle.toFixed(2)} µs a unit; the worst is ${(Math.max(...all.map(ratio)) / middle).toFixed(1)} times the median`,
    );
    for (const measured of sorted.slice(0, 12)) {
      console.log(`${told(measured)}  ${measured.query.replaceAll(/\s+/g, ' ').slice(0, 700)}`);
    }
    console.log('\nthe cheapest of their cost');
    for (const measured of sorted.slice(-4)) {
      console.log(`${told(measured)}  ${measured.query.replaceAll(/\s+/g, ' ').slice(0, 300)}`);
    }
    console.log('\nby name');
    for (const [name, query] of Object.entries(NAMED)) {
      const measured = await leastOf(query);
      console.log(measured ? `${told(measured)}  ${name}` : `${name} was refused`);
    }
  } finally {
    await server.end();
    for (const end of ends) await end();
  }
}

void main();
