// Ends with status 0 if node_modules holds the very versions that package-lock.json names.
import { readFileSync } from 'node:fs';

const packagesOf = (file) => JSON.parse(readFileSync(file, 'utf8')).packages;

let installed = {};
try {
  installed = packagesOf('node_modules/.package-lock.json');
} catch {
  process.exit(1);
}
const differs = Object.entries(packagesOf('package-lock.json')).some(([path, wanted]) => {
  if (path === '') return false;
  const found = installed[path];
  // Optional packages are those of other platforms.
  return found === undefined ? !wanted.optional : found.version !== wanted.version;
});
process.exit(differs ? 1 : 0);
