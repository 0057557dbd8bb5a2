import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { benchData, type BenchData } from './serving/data';
import { median } from './serving/median';
import { bodyOf, QUESTIONS, type Question } from './serving/questions';
import { startServer, type RunningServer } from './serving/servers';

/**
 * How the times of the API grow with the data: a server for each scale, all at once, asked in turn by one
 * connection, so that whatever else the machine does is the same for all of them.
 *
 *   npm run bench:growth -- --scale 1,10,100 --data ../bench-data
 */

const WARM_UP = 50;

interface Served {
  readonly scale: number;
  readonly data: BenchData;
  readonly server: RunningServer;
}

async function askedIn({ scale, data, server }: Served, question: Question, n: number) {
  const begin = performance.now();
  const response = await fetch(server.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${data.key}` },
    body: bodyOf(question, n, scale),
  });
  const text = await response.text();
  if (!response.ok || text.includes('"errors"')) throw new Error(`${question.name}: ${text}`);
  return performance.now() - begin;
}

async function print(all: readonly Served[], askings: number): Promise<void> {
  const questions = QUESTIONS.filter(({ name }) =>
    ['page', 'groups', 'totals', 'nested'].includes(name),
  );
  console.log(
    'p50 in milliseconds, and its growth'.padEnd(36) +
      all.map(({ scale }) => `${String(scale)}×`.padStart(14)).join(''),
  );
  const times = new Map<string, number[]>();
  for (let n = 0; n < WARM_UP + askings; n += 1) {
    for (const question of questions) {
      for (const served of n % 2 === 0 ? all : all.toReversed()) {
        const time = await askedIn(served, question, n);
        const key = `${question.name} ${String(served.scale)}`;
        if (n >= WARM_UP) times.set(key, [...(times.get(key) ?? []), time]);
      }
    }
  }
  for (const { name, title } of questions) {
    const found = all.map(({ scale }) => median(times.get(`${name} ${String(scale)}`) ?? []));
    const [first = Number.NaN] = found;
    const texts = found.map((time) => `${time.toFixed(2)} (${(time / first).toFixed(2)})`);
    console.log(title.padEnd(36) + texts.map((text) => text.padStart(14)).join(''));
  }
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      scale: { type: 'string', default: '1,10,100' },
      askings: { type: 'string', default: '450' },
      data: { type: 'string' },
    },
  });
  execFileSync(process.execPath, [join(__dirname, '../build/build.mjs')], { stdio: 'ignore' });
  const ends: (() => Promise<unknown>)[] = [];
  const endAll = async () => {
    for (const end of ends.splice(0)) await end().catch(() => undefined);
  };
  process.once('SIGINT', () => void endAll().then(() => process.exit(130)));
  try {
    const all: Served[] = [];
    for (const scale of values.scale.split(',').map(Number)) {
      const folder = values.data && join(values.data, `scale-${String(scale)}`);
      const data = await benchData(scale, folder, (end) => ends.unshift(end));
      const server = await startServer('techorda', { DATABASE_URL: data.url, LOG_LEVEL: 'warn' });
      ends.unshift(() => server.end());
      all.push({ scale, data, server });
    }
    await print(all, Number(values.askings));
  } finally {
    await endAll();
  }
}

void main();
