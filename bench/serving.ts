import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { benchData } from './serving/data';
import { measure, type Measured } from './serving/measure';
import { readOptions, USAGE, type BenchOptions } from './serving/options';
import { printGrowth, printMeasured } from './serving/table';

/**
 * The API under load, beside what could answer the same: two limits (bare node:http with SQL, and with
 * a fixed body), a plain Apollo Server, and Mercurius with its compiler. All give equal data; they are
 * loaded in turn, in several short rounds, of which the median counts.
 *
 *   npm run bench
 */

function run(folder: string, ...command: readonly string[]): void {
  const [program = '', ...args] = command;
  execFileSync(program, args, { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] });
}

/** What is measured is what is built; the servers beside it bring packages of their own. */
function prepare(): void {
  run(join(__dirname, '..'), process.execPath, 'build/build.mjs');
  if (!existsSync(join(__dirname, 'node_modules', '.package-lock.json')))
    run(__dirname, 'npm', 'ci');
}

const ends: (() => Promise<unknown>)[] = [];
const onEnd = (end: () => Promise<unknown>) => ends.unshift(end);

/** Whoever interrupts it leaves nothing running. */
async function endAll(): Promise<void> {
  for (const end of ends) await end().catch(() => undefined);
  process.exit(130);
}

async function measureAll(options: BenchOptions): Promise<void> {
  const all: Measured[] = [];
  for (const scale of options.scales) {
    const folder = options.folder && join(options.folder, `scale-${String(scale)}`);
    const data = await benchData(scale, folder, onEnd);
    try {
      const measured = await measure(data, { ...options, scale }, onEnd);
      printMeasured(measured, options.questions);
      all.push(measured);
    } finally {
      await data.close();
    }
  }
  printGrowth(all, options.questions);
}

async function main(): Promise<void> {
  let options: BenchOptions;
  try {
    options = readOptions(process.argv.slice(2));
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
    process.exitCode = 2;
    return;
  }
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void endAll());
  prepare();
  await measureAll(options);
}

void main();
