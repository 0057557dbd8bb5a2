import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { projectFolder } from '../../src/ground/projectFolder';

const run = (command: string, ...given: string[]) =>
  execFileSync(command, given, { cwd: projectFolder, encoding: 'utf8', stdio: 'pipe' });

const below = (folder: string) =>
  readdirSync(join(projectFolder, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(projectFolder.length + 1));

let packed: string[];
beforeAll(() => {
  run(process.execPath, 'build/build.mjs');
  const [release] = JSON.parse(run('npm', 'pack', '--dry-run', '--json', '--ignore-scripts')) as [
    { files: { path: string }[] },
  ];
  packed = release.files.map(({ path }) => path);
});

test('a release has whatever runs: the compiled sources, the explorer, SQL, schema and migrations', () => {
  const compiled = [
    ...below('src').map((path) => path.replace(/^src/, 'dist')),
    ...below('sources')
      .filter((path) => !path.includes('/_'))
      .map((path) => `dist/${path}`),
  ]
    .filter((path) => path.endsWith('.ts') && !path.endsWith('.d.ts'))
    .map((path) => path.replace(/\.ts$/, '.js'));
  expect(compiled).toContain('dist/sources/arm/source.js');
  const needed = [...compiled, ...below('sql'), ...below('schema'), ...below('migrations')];
  expect(needed.filter((path) => !packed.includes(path))).toEqual([]);
  expect(packed).toEqual(
    expect.arrayContaining(['bin/techorda.js', 'dist/explorer/index.html', 'LICENSE']),
  );
});

test('a release has what an administrator needs, and every page that its README leads to', () => {
  expect(below('deploy').filter((path) => !packed.includes(path))).toEqual([]);
  expect(below('docs').filter((path) => !packed.includes(path))).toEqual([]);
  expect(packed).toEqual(expect.arrayContaining(['CHANGELOG.md', 'SECURITY.md', 'README.md']));
});

test('a release has no sources, tests, data, settings, nor anything of a build under way', () => {
  const folders = new Set(packed.filter((path) => path.includes('/')).map((p) => p.split('/')[0]));
  expect([...folders].sort()).toEqual(
    ['bin', 'build', 'client', 'deploy', 'dist', 'docs', 'migrations', 'schema', 'sql'].filter(
      (folder) => existsSync(join(projectFolder, folder)),
    ),
  );
  expect(packed.filter((path) => /\.building-|\.env$|\.test\.ts$|\.log$/.test(path))).toEqual([]);
});

test('the builder of the image is given whatever a release is made of', () => {
  const given = run('cat', '.dockerignore')
    .split('\n')
    .flatMap((line) => (line.startsWith('!') ? [line.slice(1)] : []));
  const made = [...packed.filter((path) => !path.startsWith('dist/')), 'package-lock.json'];
  const compiled = ['src', 'sources', 'explorer', '.swcrc', 'tsconfig.json'];
  const needed = [...made, ...compiled].map((path) => path.split('/')[0] ?? '');
  expect([...new Set(needed)].filter((name) => !given.includes(name))).toEqual([]);
});

test('the scripts of a release find the files that they import', () => {
  const scripts = packed.filter((path) => path.startsWith('build/'));
  const imported = scripts.flatMap((path) =>
    [...run('cat', path).matchAll(/from '\.\/([\w.]+)'/g)].map(([, name]) => `build/${name ?? ''}`),
  );
  expect(imported.filter((path) => !packed.includes(path))).toEqual([]);
});
