import { existsSync, readdirSync } from 'node:fs';
import { basename, extname, join } from 'node:path';
import { projectFolder } from '../../ground/projectFolder';
import type { SystemDeclaration, TableDeclaration } from './declaration';
import { SourceSystems, systemOf } from './sourceTable';

/** Sources run as they are written where this file does, and compiled where this file is. */
const EXTENSION = extname(__filename);
const FOLDER =
  EXTENSION === '.ts' ? join(projectFolder, 'sources') : join(projectFolder, 'dist', 'sources');

let known: SourceSystems | undefined;

/** What the folders of sources/ declare. A new folder is a new system; one that begins with _ is not loaded. */
export function sourceSystems(): SourceSystems {
  known ??= new SourceSystems(
    readdirSync(FOLDER)
      .filter(
        (name) => !name.startsWith('_') && existsSync(join(FOLDER, name, `source${EXTENSION}`)),
      )
      .sort()
      .map((name) =>
        systemOf(name, load<SystemDeclaration>(join(FOLDER, name, 'source')), tablesOf(name)),
      ),
  );
  return known;
}

function tablesOf(system: string): Map<string, TableDeclaration> {
  const folder = join(FOLDER, system, 'tables');
  const files = readdirSync(folder).filter((file) => extname(file) === EXTENSION);
  return new Map(
    files.map((file) => {
      const name = basename(file, EXTENSION);
      return [name, load<TableDeclaration>(join(folder, name))];
    }),
  );
}

/** The default export of a file whose name is known only when it is looked for. */
function load<Declaration>(path: string): Declaration {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- a folder is read, not a fixed list
  return (require(path + EXTENSION) as { default: Declaration }).default;
}
