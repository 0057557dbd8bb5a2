import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { lineage } from '../../lineage/lineage';
import { sourceSystems } from '../../systems/declaredSystems';
import { projectFolder } from '../../../ground/projectFolder';
import { COUNTRY_NAMES } from '../../../ground/countries/countryNames';

function read(...path: string[]): string {
  return readFileSync(join(projectFolder, ...path), 'utf8');
}

/** The SELECT that says what a table is: `sql/LAYER/NAME.sql`. */
export function definitionOf(
  layer: 'bronze' | 'silver' | 'gold' | 'rollups',
  name: string,
): string {
  return read('sql', layer, `${name}.sql`);
}

/**
 * A hash of everything that decides which rows Bronze leads to: the SELECTs, the readings that
 * migrations define, the names of countries. Rows that another definition made are made anew.
 */
export function definitionHash(): string {
  const hash = createHash('sha256');
  const add = (...path: string[]) =>
    hash
      .update(path.join('/'))
      .update('\0')
      .update(read(...path));
  for (const layer of ['bronze', 'silver', 'gold']) {
    for (const file of readdirSync(join(projectFolder, 'sql', layer)).sort())
      add('sql', layer, file);
  }
  for (const { table } of lineage().marts) {
    const name = table.slice('gold.'.length);
    for (const file of readdirSync(join(projectFolder, 'sql', 'rollups', name)).sort())
      add('sql', 'rollups', name, file);
  }
  // Which texts are carried over from older events is declared by the source.
  hash.update(JSON.stringify(sourceSystems().tables));
  const migrations = readdirSync(join(projectFolder, 'migrations')).sort();
  for (const file of migrations.filter((name) => /_silver_/.test(name))) add('migrations', file);
  for (const [name, code] of COUNTRY_NAMES) hash.update(`${name}=${code}\n`);
  return hash.digest('hex');
}
