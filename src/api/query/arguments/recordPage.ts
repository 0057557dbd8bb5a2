import { BadInput, shown } from '../values/badInput';
import { MAX_ROWS } from './window';

/** A page of records that are in the order of their ids, such as keys, runs or what waits in quarantine. */
export interface RecordPage<Entry> {
  readonly records: readonly Entry[];
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
}

const USUAL_RECORDS = 20;

/**
 * Reads the page of `kind` that comes after a cursor: `read` gives at most so many records that stand
 * beyond an id. Throws BadInput.
 */
export async function readRecordPage<Entry>(
  kind: string,
  { first, after }: { readonly first?: number | null; readonly after?: string | null },
  read: (beyondId: string | null, most: number) => Promise<readonly Entry[]>,
): Promise<RecordPage<Entry>> {
  const size = first ?? USUAL_RECORDS;
  if (size < 0 || size > MAX_ROWS) {
    throw new BadInput(
      `first is ${shown(first)}; expected a whole number from 0 to ${String(MAX_ROWS)}.`,
    );
  }
  const beyondId = after === null || after === undefined ? null : idOf(kind, after);
  const found = await read(beyondId, size + 1);
  return {
    records: found.slice(0, size),
    hasNextPage: found.length > size,
    hasPreviousPage: beyondId !== null,
  };
}

/** Where the record with this id stands among those of its kind. */
export function recordCursor(kind: string, id: string): string {
  return Buffer.from(`${kind}:${id}`).toString('base64url');
}

function idOf(kind: string, cursor: string): string {
  const [, given, id] =
    /^([a-z]+):(\d{1,18})$/.exec(Buffer.from(cursor, 'base64url').toString('utf8')) ?? [];
  if (given !== kind || id === undefined) {
    throw new BadInput('after is not a cursor; expected one that an answer gave.');
  }
  return id;
}
