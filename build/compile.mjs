import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { filesBelow, hashOf } from './fingerprint.mjs';
import { compiledFolders, dist, project } from './folders.mjs';

const outputOf = (path) => path.replace(/\.ts$/, '.js');

/** The sources that dist does not hold as they are now: all of them once the compiler has changed. */
export function staleSources(stamp) {
  const manifest = JSON.parse(readFileSync(join(project, 'package.json'), 'utf8'));
  const settings = hashOf(
    readFileSync(join(project, '.swcrc')),
    manifest.devDependencies['@swc/core'],
  );
  const files = {};
  const stale = [];
  for (const { path, origin } of compiledFolders.flatMap(typescriptBelow)) {
    const code = readFileSync(origin, 'utf8');
    files[path] = hashOf(settings, code);
    const isCurrent = stamp.files[path] === files[path] && existsSync(join(dist, outputOf(path)));
    if (!isCurrent) stale.push({ path, origin, code });
  }
  const removed = Object.keys(stamp.files).filter((path) => !(path in files));
  return { files, stale, removed };
}

/** The files of a folder, with their paths below dist. A name that begins with _ is an example. */
function typescriptBelow({ folder, below }) {
  if (!existsSync(folder)) return [];
  return filesBelow(folder)
    .filter((path) => path.endsWith('.ts') && !/(^|\/)_/.test(path))
    .map((path) => ({ path: `${below}${path}`, origin: join(folder, path) }));
}

/** Writes each file aside and moves it into its place: whoever reads it meanwhile reads all of one. */
export async function compile({ stale, removed }, workshop) {
  if (stale.length > 0) {
    const { transform } = await import('@swc/core');
    await Promise.all(
      stale.map(async ({ path, origin, code }) => {
        const place = join(dist, outputOf(path));
        const { code: compiled } = await transform(code, {
          cwd: project,
          filename: origin,
          sourceFileName: relative(dirname(place), origin),
          inlineSourcesContent: false,
        });
        const aside = join(workshop, path.replaceAll('/', '+'));
        writeFileSync(aside, compiled);
        mkdirSync(dirname(place), { recursive: true });
        renameSync(aside, place);
      }),
    );
  }
  for (const path of removed) rmSync(join(dist, outputOf(path)), { force: true });
}
