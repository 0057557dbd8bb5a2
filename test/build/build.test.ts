import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { projectFolder } from '../../src/ground/projectFolder';

let project: string;

/** A project as a fresh clone has it, with two sources of its own. */
beforeEach(() => {
  project = mkdtempSync(join(tmpdir(), 'techorda-build-'));
  chmodSync(project, 0o755);
  for (const name of ['build', 'bin', 'explorer', 'package.json', '.swcrc', 'tsconfig.json']) {
    cpSync(join(projectFolder, name), join(project, name), { recursive: true });
  }
  symlinkSync(join(projectFolder, 'node_modules'), join(project, 'node_modules'));
  mkdirSync(join(project, 'src', 'deep'), { recursive: true });
  write('src/cli.ts', `import { word } from './deep/word';\nconsole.log(word as string);\n`);
  write('src/deep/word.ts', `export const word: string = 'first';\n`);
});
afterEach(() => rmSync(project, { recursive: true, force: true }));

/** What the first build made, for tests of something else that begin with the same sources. */
let built: string | undefined;
function keepBuilt(): void {
  built = mkdtempSync(join(tmpdir(), 'techorda-built-'));
  cpSync(join(project, 'dist'), join(built, 'dist'), { recursive: true });
}
async function takeBuilt(): Promise<void> {
  if (built === undefined) {
    await techorda();
    keepBuilt();
  } else cpSync(join(built, 'dist'), join(project, 'dist'), { recursive: true });
  expect(await techorda()).toEqual({ out: 'first\n', said: '' });
}
afterAll(() => {
  if (built !== undefined) rmSync(built, { recursive: true, force: true });
});

const write = (path: string, text: string) => writeFileSync(join(project, path), text);

/** Runs the command as an install leaves it, and gives what it printed. */
async function techorda(options: { uid?: number } = {}): Promise<{ out: string; said: string }> {
  const child = spawn(process.execPath, [join(project, 'bin', 'techorda.js')], {
    cwd: tmpdir(),
    ...options,
  });
  let out = '';
  let said = '';
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
  await once(child, 'close');
  return { out, said };
}

test('the command builds what an install without scripts did not, and only what has changed', async () => {
  const first = await techorda();
  expect(first.out).toBe('first\n');
  expect(first.said).toMatch(/^Built 2 files and the explorer in [\d.]+ s\.\n$/);
  expect(await techorda()).toEqual({ out: 'first\n', said: '' });
  keepBuilt();

  write('src/deep/word.ts', `export const word: string = 'second';\n`);
  const changed = await techorda();
  expect(changed.out).toBe('second\n');
  expect(changed.said).toMatch(/^Built 1 files in /);

  write('src/cli.ts', `console.log('alone');\n`);
  rmSync(join(project, 'src', 'deep'), { recursive: true });
  expect((await techorda()).out).toBe('alone\n');
  expect(existsSync(join(project, 'dist', 'deep', 'word.js'))).toBe(false);
});

test('two builds at once leave one whole result and nothing else', async () => {
  const runs = await Promise.all([techorda(), techorda(), techorda()]);
  expect(runs.map(({ out }) => out)).toEqual(['first\n', 'first\n', 'first\n']);
  expect(readdirSync(join(project, 'dist')).sort()).toEqual([
    'build.json',
    'cli.js',
    'deep',
    'explorer',
  ]);
  expect(await techorda()).toEqual({ out: 'first\n', said: '' });
});

test('the page that is built asks no foreign host for anything', async () => {
  await takeBuilt();
  const page = join(project, 'dist', 'explorer');
  expect(readFileSync(join(page, 'index.html'), 'utf8')).not.toMatch(/(src|href)="(https?:)?\/\//);
  for (const name of readdirSync(join(page, 'assets'))) {
    const text = readFileSync(join(page, 'assets', name), 'utf8');
    expect([name, /url\(["']?(https?:)?\/\/|@import/.test(text)]).toEqual([name, false]);
    expect([name, /unpkg|jsdelivr|googleapis|cdnjs|esm\.sh/.test(text)]).toEqual([name, false]);
  }
});

test("somebody else's package is run as it was built, and left alone", async () => {
  await takeBuilt();
  write('src/deep/word.ts', `export const word: string = 'second';\n`);
  if (process.getuid?.() !== 0) chmodSync(join(project, 'dist'), 0o555);
  const before = statSync(join(project, 'dist')).mtimeMs;
  const run = await techorda(process.getuid?.() === 0 ? { uid: 65_534 } : {});
  chmodSync(join(project, 'dist'), 0o755);
  expect(run.out).toBe('first\n');
  expect(run.said).toContain('dist/ is older than the sources and was left so:');
  expect(statSync(join(project, 'dist')).mtimeMs).toBe(before);
});

test('without a compiler the command says what is missing, and runs what was built', async () => {
  rmSync(join(project, 'node_modules'));
  expect(await techorda()).toEqual({
    out: '',
    said: 'the compiler is not installed. Run npm ci with its development dependencies.\n',
  });
  rmSync(join(project, 'src'), { recursive: true });
  mkdirSync(join(project, 'dist'), { recursive: true });
  write('dist/cli.js', `console.log('delivered');\n`);
  expect(await techorda()).toEqual({ out: 'delivered\n', said: '' });
});

test('an install without the compiler succeeds, and says that nothing was built', async () => {
  rmSync(join(project, 'node_modules'));
  const child = spawn(process.execPath, [join(project, 'build', 'prepare.mjs')], { cwd: project });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const [status] = (await once(child, 'close')) as [number];
  expect([status, said]).toEqual([
    0,
    'Not built: the compiler is not installed. Run npm ci with its development dependencies.\n',
  ]);
});
