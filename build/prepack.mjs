/**
 * npm runs this before it packs a release. What is packed must run without a compiler, and must bring
 * along the versions that were tested: npm takes them from npm-shrinkwrap.json wherever the package is
 * installed, and from package-lock.json in a checkout alone.
 */
import { copyFileSync } from 'node:fs';
import { build } from './build.mjs';
import { staleSources } from './compile.mjs';
import { explorerHash, isExplorerCurrent } from './explorer.mjs';
import { lock, shrinkwrap } from './folders.mjs';
import { readStamp } from './stamp.mjs';

await build((line) => console.error(line));
const stamp = readStamp();
if (staleSources(stamp).stale.length > 0 || !isExplorerCurrent(stamp, explorerHash())) {
  throw new Error('dist/ is not what the sources and the explorer make; nothing is packed.');
}
copyFileSync(lock, shrinkwrap);
