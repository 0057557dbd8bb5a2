/**
 * Makes dist/ from src/ and explorer/, as far as it is not what they would make. Two builds at once do
 * no harm: both make the same, each in a workshop of its own, and move it into place file by file.
 */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { pathToFileURL } from 'node:url';
import { compile, staleSources } from './compile.mjs';
import { buildExplorer, explorerHash, isExplorerCurrent } from './explorer.mjs';
import { dist, explorerSource, source } from './folders.mjs';
import { readStamp, writeStamp } from './stamp.mjs';

const WORKSHOP = '.building-';
const ABANDONED_AFTER = 10 * 60_000;

/** Brings dist/ up to date. Says in a line of `say` what it did, and throws where nothing can be run. */
export async function build(say = () => undefined) {
  // A package that was delivered without its sources has nothing to be out of date with.
  if (!existsSync(source)) return;
  const stamp = readStamp();
  const sources = staleSources(stamp);
  const compiled = sources.stale.length > 0 || sources.removed.length > 0;
  const explorer = existsSync(explorerSource) ? explorerHash() : stamp.explorer;
  const explored = !isExplorerCurrent(stamp, explorer) && existsSync(explorerSource);
  if (!compiled && !explored) return;

  const begun = performance.now();
  let workshop;
  try {
    mkdirSync(dist, { recursive: true });
    workshop = mkdtempSync(join(dist, WORKSHOP));
    removeAbandonedWorkshops();
    await compile(sources, workshop);
    const made = explored ? await tryExplorer(workshop, say) : true;
    writeStamp({ files: sources.files, explorer: made ? explorer : stamp.explorer }, workshop);
    const seconds = ((performance.now() - begun) / 1_000).toFixed(1);
    say(
      `Built ${sources.stale.length} files${explored && made ? ' and the explorer' : ''} in ${seconds} s.`,
    );
  } catch (error) {
    // Somebody else's folder, a read-only one, or no compiler: what was built before still runs.
    if (!existsSync(join(dist, 'cli.js'))) throw new Error(whyNot(error), { cause: error });
    say(`dist/ is older than the sources and was left so: ${whyNot(error)}`);
  } finally {
    if (workshop !== undefined) rmSync(workshop, { recursive: true, force: true });
  }
}

/** The API is of use without its page, too. */
async function tryExplorer(workshop, say) {
  try {
    await buildExplorer(workshop);
    return true;
  } catch (error) {
    say(`The explorer page could not be built, and is left out: ${error.message}`);
    return false;
  }
}

function whyNot(error) {
  if (error.code === 'ERR_MODULE_NOT_FOUND') {
    return 'the compiler is not installed. Run npm ci with its development dependencies.';
  }
  return error.message;
}

/** A build that was killed could not clear up behind itself. */
function removeAbandonedWorkshops() {
  for (const name of readdirSync(dist).filter((each) => each.startsWith(WORKSHOP))) {
    const path = join(dist, name);
    const age = Date.now() - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
    if (age > ABANDONED_AFTER) rmSync(path, { recursive: true, force: true });
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  build((line) => console.error(line)).catch((error) => {
    console.error(`The build failed: ${error.message}`);
    process.exitCode = 1;
  });
}
