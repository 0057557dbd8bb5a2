import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const project = dirname(dirname(fileURLToPath(import.meta.url)));
export const source = join(project, 'src');
/** What is compiled, and where below dist it lies: programs, and the declarations that they load by name. */
export const compiledFolders = [
  { folder: source, below: '' },
  { folder: join(project, 'sources'), below: 'sources/' },
];
export const explorerSource = join(project, 'explorer');
export const dist = join(project, 'dist');
export const explorerDist = join(dist, 'explorer');
export const lock = join(project, 'package-lock.json');
export const shrinkwrap = join(project, 'npm-shrinkwrap.json');
