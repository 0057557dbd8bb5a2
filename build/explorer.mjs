import { existsSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { contentHash } from './fingerprint.mjs';
import { explorerDist, explorerSource, project } from './folders.mjs';

const MADE_WITH = ['graphiql', 'graphql', 'graphql-sse', 'react', 'react-dom', 'vite'];

/** What the page is made from: its sources, and the versions of what they are bundled with. */
export function explorerHash() {
  const { dependencies, devDependencies } = JSON.parse(
    readFileSync(join(project, 'package.json'), 'utf8'),
  );
  const versions = { ...dependencies, ...devDependencies };
  return contentHash(explorerSource, ...MADE_WITH.map((name) => `${name}@${versions[name]}`));
}

export function isExplorerCurrent(stamp, hash) {
  return stamp.explorer === hash && existsSync(join(explorerDist, 'index.html'));
}

/** Bundles the page aside, and then puts it in the place of the one before. */
export async function buildExplorer(workshop) {
  const { build } = await import('vite');
  const aside = join(workshop, 'explorer');
  await build({
    configFile: join(explorerSource, 'vite.config.mjs'),
    root: explorerSource,
    logLevel: 'error',
    build: { outDir: aside, emptyOutDir: true },
  });
  putInPlace(aside, join(workshop, 'explorer-before'));
}

/** Another build may do the same at this moment; the two then make the same page. */
function putInPlace(aside, before) {
  for (let attempt = 1; ; attempt += 1) {
    try {
      if (existsSync(explorerDist)) renameSync(explorerDist, `${before}-${attempt}`);
      renameSync(aside, explorerDist);
      return;
    } catch (error) {
      if (attempt === 5 || !['ENOENT', 'ENOTEMPTY', 'EEXIST'].includes(error.code)) throw error;
    }
  }
}
