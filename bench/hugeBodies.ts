import { fork } from 'node:child_process';
import { once } from 'node:events';
import { createKey } from '../src/access/keys';
import { benchData } from './serving/data';
import { startServer } from './serving/servers';

/**
 * What a caller's small query waits while others send bodies of 300,000 filters, each from a process of its own:
 * as ratios to the same query in quiet.
 *
 *   npm run bench:bodies -- [folder of the data]
 */

const ATTACKERS = 4;
const SECONDS = 5;
const QUERY = '{ financing(first: 1) { nodes { id } } }';
const HUGE = `{"query":"query ($f: FinancingFilter) { financing(filter: $f, first: 1) { totalCount } }","variables":{"f":{"or":[${Array<string>(300_000).fill('{}').join()}]}}}`;

async function ask(url: string, key: string, body: string): Promise<number> {
  const headers = { 'content-type': 'application/json', 'x-api-key': key };
  const response = await fetch(url, { method: 'POST', headers, body });
  await response.arrayBuffer();
  return response.status;
}

/** In a process of its own: asks for as long as it may, and tells how often it was answered. */
async function attack(url: string, key: string): Promise<void> {
  const until = performance.now() + SECONDS * 1_000;
  let answered = 0;
  while (performance.now() < until) {
    await ask(url, key, HUGE).then(
      () => (answered += 1),
      () => undefined,
    );
  }
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
    const attackers = Array.from({ length: ATTACKERS }, () =>
      fork(process.argv[1] ?? '', ['hugeBodies', 'attack', url, others?.key ?? '']),
    );
    const answered = Promise.all(attackers.map((child) => once(child, 'message')));
    const attacked = await waits(url, own?.key ?? '');
    const bodies = (await answered).reduce((sum, [count]) => sum + Number(count), 0);
    console.log(`${String(bodies)} bodies were answered in ${String(SECONDS)} s`);
    for (const [name, share] of [
      ['half of the queries', 0.5],
      ['99 of 100', 0.99],
    ] as const) {
      const [before, during] = [at(quiet, share), at(attacked, share)];
      console.log(
        `${name}: ${during.toFixed(1)} ms, ${(during / before).toFixed(1)} times the ${before.toFixed(1)} ms of quiet`,
      );
    }
  } finally {
    await server.end();
    for (const end of ends) await end();
  }
}

const [first, url = '', key = ''] = process.argv.slice(2);
void (first === 'attack' ? attack(url, key) : main(first));
