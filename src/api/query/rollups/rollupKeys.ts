import type { Mart } from '../../model/mart';
import type { GroupKey } from '../aggregates/groupKeys';
import { operandsOf, type Operand } from '../columns/operand';

/** Keys by which rollups are kept beside the year: no key, or a dimension that is rolled up. */
export interface RollupKeys {
  /** As it stands in gold.rollups, without the year. */
  readonly name: string;
  readonly operands: readonly Operand[];
}

/** Rollups are kept by year of what belongs to periods of years. */
export function keepsRollups({ grain }: Mart): boolean {
  return grain.periods !== undefined;
}

/** The sets of keys, each of which is kept for every year and for all years together. */
export function rollupKeysOf(mart: Mart): RollupKeys[] {
  if (!keepsRollups(mart)) return [];
  const single = mart.dimensions.flatMap(({ field, rolledUp, masked }): RollupKeys[] => {
    const operand = operandsOf(mart).get(field);
    if (!rolledUp || !operand) return [];
    if (masked) throw new Error(`${mart.name}.${field} is masked; expected no rollups by it.`);
    return [{ name: field, operands: [operand] }];
  });
  return [{ name: '', operands: [] }, ...single];
}

/** The set that answers for these keys beside the year; undefined where none is kept. */
export function rollupKeysFor(mart: Mart, keys: readonly GroupKey[]): RollupKeys | undefined {
  const beside = keys.filter(({ name }) => name !== 'YEAR').map(({ operand }) => operand.name);
  return rollupKeysOf(mart).find(({ name }) => name === beside.join(','));
}

/** The set's name in gold.rollups. */
export function withYear({ name }: RollupKeys): string {
  return name === '' ? 'year' : `year,${name}`;
}
