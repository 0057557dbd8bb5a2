import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import type { Declaration } from '../../lineage/declaration';
import { sourceSystems } from '../../systems/declaredSystems';
import { projectFolder } from '../../../ground/projectFolder';
import { COUNTRY_NAMES } from '../../../ground/countries/countryNames';

function read(...path: string[]): string {
  return readFileSync(join(projectFolder, ...path), 'utf8');
}

/** A SELECT of the folder sql, such as `bronze/newest_events`. */
export function definitionOf(name: string): string {
  return read('sql', `${name}.sql`);
}

/** The SELECT that says what a table of Silver or Gold is. */
export function definitionOfTable({ file }: Declaration): string {
  return read(file);
}

/** The files below a folder of the project, by paths that are the same on every platform. */
function filesIn(folder: string): string[] {
  return readdirSync(join(projectFolder, folder), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.sql'))
    .map((path) => join(folder, path).replaceAll(sep, '/'))
    .sort();
}

/**
 * A hash of everything that decides which rows Bronze leads to: the SELECTs, the readings that
 * migrations define, the names of countries. Rows that another definition made are made again.
 */
export function definitionHash(): string {
  const hash = createHash('sha256');
  const add = (...path: string[]) =>
    hash
      .update(path.join('/'))
      .update('\0')
      .update(read(...path));
  for (const layer of ['bronze', 'silver', 'gold', 'rollups']) {
    for (const file of filesIn(join('sql', layer))) add(file);
  }
  // Which texts are carried over from older events is declared by the source.
  hash.update(JSON.stringify(sourceSystems().tables));
  const migrations = readdirSync(join(projectFolder, 'migrations')).sort();
  for (const file of migrations.filter((name) => /_silver_/.test(name))) add('migrations', file);
  for (const [name, code] of COUNTRY_NAMES) hash.update(`${name}=${code}\n`);
  return hash.digest('hex');
}
