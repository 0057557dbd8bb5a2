import type { Knex } from 'knex';
import { reconcile } from '../warehouse/reconcile/reconcile';
import { differenceText, partText } from './telling/differenceText';
import { count, type Write } from './telling/writing';

/** `techorda reconcile`: compares what is published with a rebuild. Returns whether they are the same. */
export async function printReconciliation(
  database: Knex,
  nights: number,
  write: Write,
): Promise<boolean> {
  const { compared, differences } = await reconcile(database, { nights });
  const rows = Object.values(compared).reduce((sum, each) => sum + each, 0);
  const tables = Object.keys(compared).length;
  write(
    `Compared ${count(rows)} rows of ${tables} tables, ${partText(nights)}, with a rebuild from Bronze.\n`,
  );
  if (differences.length === 0) {
    write('There is no difference.\n');
    return true;
  }
  write(
    `They differ. techorda refresh --full mends it.\n${differences.map(differenceText).join('')}`,
  );
  return false;
}
