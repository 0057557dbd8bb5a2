import { sql, type Sql } from '../../../ground/database/sql';
import type { ValueType } from './value';

/** The expression as it is selected, whatever the connection's time zone. */
export function shownSql(type: ValueType, expression: Sql): Sql {
  return type === 'DateTime' ? sql`(${expression} at time zone 'UTC')::text` : expression;
}

/** Whether values of the type are selected in another form than the caller sees. */
export function isRestated(type: ValueType): boolean {
  return type === 'DateTime' || type === 'ReportType';
}

/** A selected value as the caller sees it. */
export function shownByCaller(type: ValueType, value: unknown): unknown {
  if (typeof value !== 'string') return value;
  if (type === 'DateTime') return moment(value);
  if (type === 'ReportType') return value.toUpperCase();
  return value;
}

/**
 * `2026-01-05 00:36:19.4285` becomes `2026-01-05T00:36:19.428500Z`: six digits of a second, or none
 * where they are all zero, so that one moment has one text.
 */
function moment(text: string): string {
  const [seconds = '', fraction] = text.replace(' ', 'T').split('.');
  return fraction === undefined ? `${seconds}Z` : `${seconds}.${fraction.padEnd(6, '0')}Z`;
}
