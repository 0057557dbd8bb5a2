import { execFile } from 'node:child_process';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Knex } from 'knex';
import { demo } from '../src/commands/demo';
import { connect } from '../src/ground/database/connecting/connect';
import { startEmbeddedPostgres } from '../src/ground/database/embedded/startEmbeddedPostgres';
import { migrate } from '../src/ground/database/migrating/migrate';
import { refresh } from '../src/warehouse/refresh/run/refresh';
import type { StepTime } from '../src/warehouse/refresh/record/steps';
import { changeReports } from './changeReports';
import { bareCopy, handWrittenPass } from './floors';

/**
 * From a dump to published marts: how fast, and how it grows. Scales are arguments (1 is the volume
 * of January 2026); each claim is a ratio against a named floor that is measured in the same run.
 *
 *   npm run bench:warehouse -- 1 10
 */

interface Figures {
  readonly scale: number;
  readonly events: number;
  readonly loadSeconds: number;
  readonly copySeconds: number;
  readonly peakMegabytes: number;
  readonly firstSeconds: number;
  readonly fullSeconds: number;
  readonly passSeconds: number;
  readonly changedSeconds: number;
}

const CHANGED_REPORTS = 100;
const ROUNDS = 5;

/** Runs `techorda ingest` itself, in a process of its own, for a peak of its own. */
async function loadByCommand(url: string, dump: string) {
  const begin = performance.now();
  const { stdout, stderr } = await promisify(execFile)(
    process.execPath,
    [
      '--require',
      join(__dirname, 'peakMemory.cjs'),
      join(__dirname, '../bin/techorda.js'),
      'ingest',
      dump,
    ],
    { env: { ...process.env, DATABASE_URL: url } },
  );
  const seconds = (performance.now() - begin) / 1_000;
  const events = Number(/([\d,]+) new/.exec(stdout)?.[1]?.replaceAll(',', ''));
  const peakMegabytes = Number(/peak (\d+) MB/.exec(stderr)?.[1]);
  return { seconds, events, peakMegabytes };
}

const median = (values: readonly number[]) =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

/** Where the time goes: the steps of the last full run and of the last small one. */
async function printSteps(database: Knex, scale: number): Promise<void> {
  const runs = await database('refresh.runs')
    .distinctOn('full_rebuild')
    .orderBy([{ column: 'full_rebuild' }, { column: 'run_id', order: 'desc' }])
    .select<{ full_rebuild: boolean; steps: StepTime[] }[]>('full_rebuild', 'steps');
  for (const { full_rebuild: full, steps } of runs) {
    const texts = steps.map(({ step, milliseconds }) => `${step} ${milliseconds}`);
    console.error(`scale ${scale}, ${full ? 'full' : 'by what changed'}, ms: ${texts.join(', ')}`);
  }
}

async function measure(scale: number): Promise<Figures> {
  const folder = await mkdtemp(join(tmpdir(), 'techorda-bench-'));
  const server = await startEmbeddedPostgres({ dataDir: folder });
  const database = connect(server.url, { poolSize: 4, applicationName: 'bench' });
  try {
    await migrate(database);
    const dump = join(folder, 'dump.ndjson');
    await demo({ scale, out: dump });
    const { size } = await stat(dump);
    console.error(`scale ${scale}: a dump of ${Math.round(size / 1e6)} MB`);

    const copySeconds = await bareCopy(database, dump);
    const load = await loadByCommand(server.url, dump);
    await rm(dump);

    const first = await refresh(database, { reason: 'bench' });
    const passes: number[] = [];
    const fulls: number[] = [];
    // At ten times January's volume one comparison takes minutes and noise matters little.
    for (let round = 0; round < (scale > 2 ? 1 : 3); round += 1) {
      passes.push(await handWrittenPass(database));
      fulls.push((await refresh(database, { reason: 'bench', full: true })).milliseconds / 1_000);
    }
    const changed: number[] = [];
    for (let round = 1; round <= ROUNDS; round += 1) {
      await changeReports(database, CHANGED_REPORTS, round);
      changed.push((await refresh(database, { reason: 'bench' })).milliseconds / 1_000);
    }
    await printSteps(database, scale);
    return {
      scale,
      events: load.events,
      loadSeconds: load.seconds,
      copySeconds,
      peakMegabytes: load.peakMegabytes,
      firstSeconds: first.milliseconds / 1_000,
      fullSeconds: median(fulls),
      passSeconds: median(passes),
      changedSeconds: median(changed),
    };
  } finally {
    await database.destroy();
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

const round = (value: number, digits = 1) => value.toFixed(digits);

function print(figures: readonly Figures[]): void {
  const rows: [string, (f: Figures) => string][] = [
    ['events', (f) => f.events.toLocaleString('en-US')],
    ['load, events a second', (f) => Math.round(f.events / f.loadSeconds).toLocaleString('en-US')],
    ['load / bare COPY of the same bytes', (f) => round(f.loadSeconds / f.copySeconds, 2)],
    ['loader, peak memory in MB', (f) => String(f.peakMegabytes)],
    ['first refresh, s', (f) => round(f.firstSeconds)],
    ['full refresh, s', (f) => round(f.fullSeconds)],
    ['one hand-written SQL pass, s', (f) => round(f.passSeconds)],
    ['first refresh / hand-written pass', (f) => round(f.firstSeconds / f.passSeconds, 2)],
    ['full refresh / hand-written pass', (f) => round(f.fullSeconds / f.passSeconds, 2)],
    [
      `refresh of ${CHANGED_REPORTS} changed reports, ms`,
      (f) => round(f.changedSeconds * 1_000, 0),
    ],
    ['full refresh / that', (f) => round(f.fullSeconds / f.changedSeconds, 0)],
  ];
  console.log(`${''.padEnd(40)}${figures.map(({ scale }) => `${scale}×`.padStart(12)).join('')}`);
  for (const [title, of] of rows) {
    console.log(`${title.padEnd(40)}${figures.map((f) => of(f).padStart(12)).join('')}`);
  }
  const [smallest, largest] = [figures[0], figures.at(-1)];
  if (smallest && largest && smallest !== largest) {
    const growth = largest.changedSeconds / smallest.changedSeconds;
    console.log(
      `\n${CHANGED_REPORTS} changed reports cost ${round(growth, 2)} times as much at ${largest.scale}× the history as at ${smallest.scale}×.`,
    );
  }
}

async function main(): Promise<void> {
  const scales = process.argv.slice(2).map(Number);
  const figures: Figures[] = [];
  for (const scale of scales.length > 0 ? scales : [1]) figures.push(await measure(scale));
  print(figures);
}

void main();
