import { fork } from 'node:child_process';
import { once } from 'node:events';
import { createKey } from '../src/api/access/keys/keys';
import { benchData } from './serving/data';
import { startServer } from './serving/servers';

/**
 * How long a caller's small query takes while another key attacks from processes of their own, as ratios to the same
 * query in quiet: by bodies of 300,000 filters, by 12 dear queries at once, and by 16 cheap pages at once.
 *
 *   npm run bench:attacked -- [folder of the data]
 */

const ATTACKERS = 4;
const SECONDS = 5;
const QUERY = '{ financing(first: 1) { nodes { id } } }';
const HUGE = `{"query":"query ($f: FinancingFilter) { financing(filter: $f, first: 1) { totalCount } }","variables":{"f":{"or":[${Array<string>(300_000).fill('{}').join()}]}}}`;

const DEAR_FILTERS = 100;
let asked = 0;

/** Texts differ, so that no answer is known. */
function dearQuery(): string {
  asked += 1;
  const or = Array.from({ length: DEAR_FILTERS }, (_, index) => ({
    companyName: { contains: `x${String(process.pid)} ${String(asked)} ${String(index)}` },
  }));
  const query = 'query ($f: FinancingFilter) { financing(filter: $f, first: 1) { totalCount } }';
  return JSON.stringify({ query, variables: { f: { or } } });
}

function page(): string {
  asked += 1;
  const from = String((asked * 7_919) % 26_003);
  const query = `{ financing(filter: {reportId: {gt: ${from}}}, first: 100) { nodes { id year companyName bin } } }`;
  return JSON.stringify({ query });
}

/** What one process of an attack sends, and how many times at once. */
const ATTACKS: Readonly<Record<string, { readonly body: () => string; readonly atOnce: number }>> =
  {
    bodies: { body: () => HUGE, atOnce: 1 },
    queries: { body: dearQuery, atOnce: 3 },
    pages: { body: page, atOnce: 4 },
  };

async function ask(url: string, key: string, body: string): Promise<number> {
  const headers = { 'content-type': 'application/json', 'x-api-key': key };
  const response = await fetch(url, { method: 'POST', headers, body });
  await response.arrayBuffer();
  return response.status;
}

/** In a process of its own: asks for as long as it may, and tells how often it was answered. */
async function attack(name: string, url: string, key: string): Promise<void> {
  const { body, atOnce } = ATTACKS[name] ?? { body: dearQuery, atOnce: 1 };
  const until = performance.now() + SECONDS * 1_000;
  let answered = 0;
  const send = async () => {
    while (performance.now() < until) {
      await ask(url, key, body()).then(
        (status) => (answered += Number(name === 'bodies' || status === 200)),
        () => undefined,
      );
    }
  };
  await Promise.all(Array.from({ length: atOnce }, send));
  process.send?.(answered);
}

/** Milliseconds of the query, asked one after another, in ascending order. */
async function waits(url: string, key: string): Promise<readonly number[]> {
  const all: number[] = [];
  const until = performance.now() + SECONDS * 1_000;
  while (performance.now() < until) {
    const begun = performance.now();
    const status = await ask(url, key, JSON.stringify({ query: QUERY }));
    if (status !== 200) throw new Error(`The query got ${String(status)}.`);
    all.push(performance.now() - begun);
  }
  return all.sort((a, b) => a - b);
}

const at = (sorted: readonly number[], share: number) =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;

async function main(folder: string | undefined): Promise<void> {
  const ends: (() => Promise<unknown>)[] = [];
  const data = await benchData(1, folder, (end) => ends.unshift(end));
  const [own, others] = await Promise.all(
    ['own', 'others'].map((name) => createKey(data.database, { name, rights: 'marts:read' })),
  );
  const server = await startServer('techorda', {
    ...{ DATABASE_URL: data.url, ANSWER_CACHE_BYTES: '0', LOG_LEVEL: 'silent' },
    ...{ RATE_REQUESTS: '0', RATE_COST: '0' },
  });
  try {
    const { url } = server;
    await waits(url, own?.key ?? '');
    const quiet = await waits(url, own?.key ?? '');
    for (const attackName of Object.keys(ATTACKS)) {
      const attackers = Array.from({ length: ATTACKERS }, () =>
        fork(process.argv[1] ?? '', ['attacked', 'attack', attackName, url, others?.key ?? '']),
      );
      const answered = Promise.all(attackers.map((child) => once(child, 'message')));
      const attacked = await waits(url, own?.key ?? '');
      const sent = (await answered).reduce((sum, [count]) => sum + Number(count), 0);
      console.log(`${attackName}: ${String(sent)} were answered in about ${String(SECONDS)} s`);
      for (const [name, share] of [
        ['half of the queries', 0.5],
        ['99 of 100', 0.99],
      ] as const) {
        const [before, during] = [at(quiet, share), at(attacked, share)];
        console.log(
          `  ${name}: ${during.toFixed(1)} ms, ${(during / before).toFixed(1)} times the ${before.toFixed(1)} ms of quiet`,
        );
      }
    }
  } finally {
    await server.end();
    for (const end of ends) await end();
  }
}

const [first, name = '', url = '', key = ''] = process.argv.slice(2);
void (first === 'attack' ? attack(name, url, key) : main(first));
