import type { KeyColumn } from '../../systems/declaration';
import { wholeNumber } from './wholeNumber';

/** A row's key as Bronze keeps it: a number, a text, or of several columns the JSON of a list of them. */
export type RowKey = number | string;

const UUID = /^[\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12}$/i;
const BIGINT_LIMIT = 2n ** 63n;

/** The key in the columns of a record's key or of a row. Undefined where a column is absent or of another type. */
export function readRowKey(
  key: readonly KeyColumn[],
  row: Readonly<Record<string, unknown>>,
): RowKey | undefined {
  const [only] = key;
  if (key.length === 1 && only !== undefined) return readValue(only, row[only.column]);
  const values = key.map((column) => readValue(column, row[column.column]));
  return values.includes(undefined) ? undefined : JSON.stringify(values);
}

const FORMS = {
  int: 'whole number of 32 bits',
  bigint: 'whole number of 64 bits',
  uuid: 'UUID',
  text: 'text',
};

/** The first column of a key that a row does not have as it is declared, and what it should be. */
export function wrongKeyColumn(
  key: readonly KeyColumn[],
  row: Readonly<Record<string, unknown>>,
): { readonly column: string; readonly expected: string } | undefined {
  const wrong = key.find((each) => readValue(each, row[each.column]) === undefined);
  return wrong && { column: wrong.column, expected: FORMS[wrong.type] };
}

function readValue({ type }: KeyColumn, value: unknown): RowKey | undefined {
  switch (type) {
    case 'int':
      return wholeNumber(value, 32);
    case 'bigint':
      return readBigint(value);
    case 'uuid':
      return typeof value === 'string' && UUID.test(value) ? value.toLowerCase() : undefined;
    case 'text':
      return typeof value === 'string' && value !== '' ? value : undefined;
  }
}

/** As text: a number of JavaScript does not hold all of them. */
function readBigint(value: unknown): string | undefined {
  const isExact = typeof value === 'number' && Number.isSafeInteger(value);
  if (!isExact && !(typeof value === 'string' && /^-?\d{1,19}$/.test(value))) return undefined;
  const number = BigInt(value);
  return number >= -BIGINT_LIMIT && number < BIGINT_LIMIT ? String(number) : undefined;
}
