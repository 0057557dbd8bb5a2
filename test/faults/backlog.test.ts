import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { dumpLine, generateEvents } from '../../src/demo/generateEvents';
import { runTypeScript } from '../support/programs/childProcess';
import { supportProgram } from '../support/places';
import { createTestDatabase, type TestDatabase } from '../support/databases/database';
import { figure, pendingEvents, rowsOfBronze, thorough } from './support';

/** 1 is all of January 2026, which is what is loaded at once at most; ten times that is tried. */
const SCALE = thorough ? Number(process.env['FAULTS_BACKLOG'] ?? 10) : 0.02;
const SMALL_HEAP = { ...process.env, NODE_OPTIONS: '--max-old-space-size=256' };

let warehouse: TestDatabase;
let folder: string;
beforeAll(async () => {
  warehouse = await createTestDatabase();
  folder = await mkdtemp(join(tmpdir(), 'techorda-backlog-'));
});
afterAll(async () => {
  await warehouse.drop();
  await rm(folder, { recursive: true });
});

test('ten times the largest backlog is loaded and refreshed within a heap of 256 MB', async () => {
  const file = join(folder, 'dump');
  let events = 0;
  function* lines(): Generator<string> {
    for (const record of generateEvents({ scale: SCALE })) {
      events += 1;
      yield `${dumpLine(record)}\n`;
    }
  }
  await pipeline(Readable.from(lines()), createWriteStream(file));
  const begun = performance.now();
  const loading = runTypeScript(supportProgram('loadDump'), [warehouse.url, file], {
    env: SMALL_HEAP,
  });
  const loaded = JSON.parse((await loading.line(/^done: /)).slice('done: '.length)) as {
    readonly peakMegabytes: number;
  };
  await loading.ended;
  const afterLoad = performance.now();
  expect(await rowsOfBronze(warehouse.knex)).toBe(events);
  const running = runTypeScript(supportProgram('runRefresh'), [warehouse.url], { env: SMALL_HEAP });
  const peak = await running.line(/^peak: /);
  expect((await running.ended).output).toMatch(/^done: PUBLISHED/m);
  expect(await pendingEvents(warehouse.knex)).toBe(0);
  const seconds = (from: number, to: number) => Math.round((to - from) / 1_000);
  figure(
    `${events.toLocaleString('en-US')} events in a heap of 256 MB: loaded in ${seconds(begun, afterLoad)} s with at most ${Math.round(loaded.peakMegabytes)} MB, refreshed in ${seconds(afterLoad, performance.now())} s with at most ${peak.slice('peak: '.length)}`,
  );
}, 3_000_000);
