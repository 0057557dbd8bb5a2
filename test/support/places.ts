import { join } from 'node:path';
import { projectFolder } from '../../src/ground/projectFolder';

/** A file or folder of test/fixtures. */
export const fixture = (...path: readonly string[]) =>
  join(projectFolder, 'test', 'fixtures', ...path);

/** A program of test/support, which a test starts as a process of its own. */
export const supportProgram = (name: string) =>
  join(projectFolder, 'test', 'support', 'programs', `${name}.ts`);
