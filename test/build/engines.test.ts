import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { subset } from 'semver';
import { projectFolder } from '../../src/ground/projectFolder';

interface Package {
  readonly engines?: { readonly node?: string };
  readonly hasInstallScript?: boolean;
  readonly deprecated?: string;
}
interface Manifest {
  readonly engines: { readonly node: string };
  readonly allowScripts: Readonly<Record<string, boolean>>;
}

const read = (name: string) => JSON.parse(readFileSync(join(projectFolder, name), 'utf8')) as never;
const { engines, allowScripts } = read('package.json') as Manifest;
const { packages } = read('package-lock.json') as { packages: Record<string, Package> };
const locked = Object.entries(packages).filter(([path]) => path !== '');

/** Each of these would be a warning of `npm ci`. */
test('every locked package runs on every version of Node.js that the product runs on', () => {
  const refused = locked.filter(([, each]) => !subset(engines.node, each.engines?.node ?? '*'));
  expect(refused.map(([path, each]) => `${path} needs ${each.engines?.node ?? ''}`)).toEqual([]);
});

test('no locked package is deprecated, and none runs a script as it is installed', () => {
  expect(locked.filter(([, each]) => each.deprecated !== undefined)).toEqual([]);
  const scripts = locked.filter(([, each]) => each.hasInstallScript === true);
  const names = scripts.map(([path]) => path.slice(path.lastIndexOf('node_modules/') + 13));
  expect(Object.fromEntries(names.map((name) => [name, allowScripts[name]]))).toEqual(
    Object.fromEntries(names.map((name) => [name, false])),
  );
});
