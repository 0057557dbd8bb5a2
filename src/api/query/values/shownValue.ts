import type { Sql } from '../../../ground/database/sql';
import { types, type ValueType } from '../../../ground/types/types';
import { filledIn } from './template';

/** The expression as it is selected, whatever the connection's time zone. */
export function shownSql(type: ValueType, expression: Sql): Sql {
  const { selected } = types[type];
  return selected ? filledIn(selected, expression) : expression;
}

/** Whether values of the type are selected in another form than the caller sees. */
export function isRestated(type: ValueType): boolean {
  return types[type].shown !== undefined;
}

/** A selected value as the caller sees it. */
export function shownByCaller(type: ValueType, value: unknown): unknown {
  return typeof value === 'string' ? (types[type].shown?.(value) ?? value) : value;
}
