import type { Row } from '../../query/pages/page';

/** A field of a row that the query was asked for; that it is none of its type is our mistake. */
export function numberOf(row: Row, field: string): number | null {
  const value = row[field];
  if (typeof value === 'number' || value === null) return value;
  throw new Error(`A row has no number ${field}.`);
}

export function textOf(row: Row, field: string): string | null {
  const value = row[field];
  if (typeof value === 'string' || value === null) return value;
  throw new Error(`A row has no text ${field}.`);
}
