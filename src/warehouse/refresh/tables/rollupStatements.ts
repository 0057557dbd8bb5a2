import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Declaration } from '../../lineage/declaration';
import { projectFolder } from '../../../ground/projectFolder';
import { definitionOf } from './definition';

type Statement = 'sums' | 'counts' | 'presence' | 'places';

/** What is kept ready of a mart's rows, as the files of sql/rollups declare it, which the model generates. */
export interface Rollups {
  /** The mart's table. */
  readonly mart: string;
  /** The column of what is counted beside companies. Sums add up over its values: it is the unit of refresh. */
  readonly unit: string;
  readonly company: string;
  /** Another mart, whose rows decide which rows of this one count. */
  readonly judge: string | undefined;
  /** A generated SELECT, over the rows of a table with the mart's columns. */
  over(rows: string, statement: Statement): string;
}

/**
 * What is rolled up of a mart; undefined where nothing is. Throws where what adds up is not what a refresh
 * reads together.
 */
export function rollupsOf({ table, unit }: Declaration): Rollups | undefined {
  const name = table.slice('gold.'.length);
  if (!existsSync(join(projectFolder, 'sql', 'rollups', name))) return undefined;
  const sums = definitionOf(`rollups/${name}/sums`);
  const declared = (word: string) => new RegExp(`^-- ${word}: (.+)$`, 'm').exec(sums)?.[1];
  const [subject, company] = [declared('adds up over'), declared('company')];
  if (subject === undefined || company === undefined) {
    throw new Error(
      `sql/rollups/${name}/sums.sql does not say what its sums add up over; expected it as "npm run generate" writes it.`,
    );
  }
  if (subject !== unit) {
    throw new Error(
      `${table} is refreshed by ${unit ?? ''}, and its rollups add up over ${subject}; expected "-- unit: ${subject}" in sql/gold/${name}.sql.`,
    );
  }
  return {
    mart: table,
    unit: subject,
    company,
    judge: declared('judged by'),
    over: (rows, statement) =>
      definitionOf(`rollups/${name}/${statement}`).replaceAll('"rolled_rows"', rows),
  };
}

/** Whether a row may count otherwise although it did not change. */
export function judgedByOthers({ judge }: Rollups): boolean {
  return judge !== undefined;
}
