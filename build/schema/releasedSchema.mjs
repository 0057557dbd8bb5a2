import { readFileSync, writeFileSync } from 'node:fs';

/** The served schema of the last release: a fresh clone may have no tags to find it by. */
const FILE = 'schema.released.graphql';
const HEAD = /^# The schema of release (\S+), written by "npm run schema:release"\.\n/;

/** The last release's version and schema. */
export function readRelease() {
  const text = readFileSync(FILE, 'utf8');
  const [, version] = HEAD.exec(text) ?? [];
  if (version === undefined) {
    throw new Error(`${FILE} does not begin with the line that names its release.`);
  }
  return { version, text };
}

export function writeRelease(version, schema) {
  const head = `# The schema of release ${version}, written by "npm run schema:release".\n`;
  writeFileSync(FILE, `${head}\n${schema.replace(/^# .*\n+/, '')}`);
}
