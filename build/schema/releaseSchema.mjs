// Makes the served schema that of the release that package.json and the changelog name: from then on
// changes are measured against it.
import { readFileSync } from 'node:fs';
import { readRelease, writeRelease } from './releasedSchema.mjs';

const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
const last = readRelease().version;
if (version === last) {
  throw new Error(`${version} is released already; expected the next version in package.json.`);
}
const heading = `## ${version} - `;
const isDated = (line) =>
  line.startsWith(heading) && /^\d{4}-\d{2}-\d{2}$/.test(line.slice(heading.length));
if (!readFileSync('CHANGELOG.md', 'utf8').split('\n').some(isDated)) {
  throw new Error(
    `CHANGELOG.md has no section "${heading}YYYY-MM-DD"; expected the day of the release and what is new.`,
  );
}
writeRelease(version, readFileSync('schema.generated.graphql', 'utf8'));
console.log(`schema.released.graphql is the schema of release ${version}.`);
