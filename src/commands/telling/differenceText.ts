import type { Difference } from '../../warehouse/reconcile/differences';
import { count } from './writing';

const WORDS = { MISSING: 'missing', SURPLUS: 'too many', CHANGED: 'changed' } as const;

/** One kind of difference as a line: where, how many, in which columns, and some keys. Of values nothing. */
export function differenceText({ table, kind, rows, columns, keys }: Difference): string {
  const where = columns.length === 0 ? '' : ` in ${columns.join(', ')}`;
  const each = keys.map((key) =>
    Object.entries(key)
      .map(([column, value]) => `${column} ${value}`)
      .join(', '),
  );
  const more = rows > keys.length ? '; …' : '';
  return `  ${table.padEnd(30)} ${count(rows)} ${WORDS[kind]}${where}: ${each.join('; ')}${more}\n`;
}

export const partText = (nights: number) => (nights === 1 ? 'all keys' : `1/${nights} of all keys`);
