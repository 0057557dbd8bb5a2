import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const project = dirname(dirname(fileURLToPath(import.meta.url)));
export const source = join(project, 'src');
export const explorerSource = join(project, 'explorer');
export const dist = join(project, 'dist');
export const explorerDist = join(dist, 'explorer');
export const lock = join(project, 'package-lock.json');
export const shrinkwrap = join(project, 'npm-shrinkwrap.json');
