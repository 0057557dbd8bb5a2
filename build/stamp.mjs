import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { dist } from './folders.mjs';

const stampPath = join(dist, 'build.json');

/** What the last build made dist from: a hash for each source file, and one for the explorer. */
export function readStamp() {
  try {
    return { files: {}, explorer: undefined, ...JSON.parse(readFileSync(stampPath, 'utf8')) };
  } catch {
    return { files: {}, explorer: undefined };
  }
}

export function writeStamp(stamp, workshop) {
  const path = join(workshop, 'build.json');
  writeFileSync(path, `${JSON.stringify(stamp, null, 1)}\n`);
  renameSync(path, stampPath);
}
