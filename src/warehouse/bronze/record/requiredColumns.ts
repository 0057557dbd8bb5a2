import type { RequiredColumn, TableDeclaration } from '../../systems/declaration';
import { parseJson } from './dumpRecord';
import { assertStorable } from './storable';
import { Unreadable } from './unreadable';
import { wholeNumber } from './wholeNumber';

/** What PostgreSQL's connector writes for a large value that did not change and was not logged. */
export const UNAVAILABLE = '__debezium_unavailable_value';

type Row = Readonly<Record<string, unknown>>;

/** Throws {@link Unreadable} where a row lacks what its table declares, or has it in another form. */
export function assertColumns({ required, json }: TableDeclaration, row: Row): void {
  for (const column of required) assertRequired(column, row);
  for (const column of json) assertJson(column, row);
}

function assertRequired({ column, type, oneOf }: RequiredColumn, row: Row): void {
  const value = row[column];
  if (value === undefined || value === null) {
    throw new Unreadable('MISSING_COLUMN', `The row has no ${column}.`);
  }
  if (type !== 'text') {
    const bits = type === 'int' ? 32 : 16;
    if (wholeNumber(value, bits) !== undefined) return;
    throw new Unreadable('BAD_COLUMN', `The row's ${column} is no whole number of ${bits} bits.`);
  }
  const isText = typeof value === 'string' && value !== UNAVAILABLE;
  if (oneOf === undefined && !isText) {
    throw new Unreadable('BAD_COLUMN', `The row's ${column} is no text.`);
  }
  if (oneOf !== undefined && !(isText && oneOf.includes(value))) {
    throw new Unreadable('BAD_COLUMN', `The row's ${column} is none of ${oneOf.join(', ')}.`);
  }
}

/** A text that holds JSON must hold it well, or a refresh could not read into it. */
function assertJson(column: string, row: Row): void {
  const text = row[column];
  if (typeof text !== 'string' || text === UNAVAILABLE) return;
  assertStorable(text, parseJson(text, `column ${column}`));
}
