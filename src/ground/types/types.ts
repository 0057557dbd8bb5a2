import * as columnTypes from './columnTypes';
import type { ScalarType } from './scalarType';
import * as valueTypes from './valueTypes';

export type ColumnType = keyof typeof columnTypes;
export type ValueType = keyof typeof valueTypes;

export const typesOfColumns: Readonly<Record<ColumnType, ScalarType>> = { ...columnTypes };

/** All types by their names. */
export const types: Readonly<Record<ValueType, ScalarType>> = { ...valueTypes };

export function isColumnType(name: string): name is ColumnType {
  return Object.hasOwn(typesOfColumns, name);
}

/** The names of the types that columns may have, in alphabetical order: for sentences. */
export const columnTypeNames: readonly ColumnType[] = (
  Object.keys(typesOfColumns) as ColumnType[]
).sort();

/** Those of which a measure's values may be added, or counted where they differ. */
export function columnTypesWith(trait: 'added' | 'counted'): readonly ColumnType[] {
  return columnTypeNames.filter((name) => typesOfColumns[name][trait] === true);
}
