import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The files below a folder, as paths from it with slashes, in a fixed order. */
export function filesBelow(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .map((path) => path.replaceAll('\\', '/'))
    .sort();
}

export function hashOf(...parts) {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(String(part.length)).update(':').update(part);
  return hash.digest('base64url').slice(0, 22);
}

/** The content of a folder: times say nothing of it after a checkout or a copy. */
export function contentHash(folder, ...more) {
  const paths = filesBelow(folder);
  return hashOf(...more, ...paths.flatMap((path) => [path, readFileSync(join(folder, path))]));
}
