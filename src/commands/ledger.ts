import type { Knex } from 'knex';
import {
  countLedgerEntries,
  MAX_ENTRIES,
  readLedger,
  readLedgerWish,
  type LedgerRecord,
  type LedgerWish,
} from '../api/access/ledger/readLedger';
import { textTable } from './telling/textTable';
import type { Write } from './telling/writing';

/** `techorda ledger`: who read clear BINs, looked up, was refused, changed keys. Throws KeyRefused. */
export async function printLedger(
  database: Knex,
  { json, ...wish }: LedgerWish & { readonly json?: boolean | undefined },
  write: Write,
): Promise<void> {
  const records = await readLedger(database, wish);
  if (json) return write(`${JSON.stringify(records, null, 2)}\n`);
  if (records.length === 0) return write('There are no such entries.\n');
  write(
    textTable(['AT', 'KIND', 'CALLER', 'OPERATION', 'ABOUT', 'ROWS', 'TIMES'], records.map(cells)),
  );
  if (records.length < MAX_ENTRIES) return;
  const all = await countLedgerEntries(database, readLedgerWish(wish));
  if (all === records.length) return;
  write(
    `These are the newest ${MAX_ENTRIES} of ${all}; --until, --kind, --caller and --operation tell of fewer.\n`,
  );
}

function cells({
  at,
  kind,
  caller,
  callerName,
  operation,
  document,
  subject,
  rows,
  times,
}: LedgerRecord) {
  return [
    // To the millisecond, which is enough for people.
    at.replace(/\d{3}Z$/, 'Z'),
    kind,
    callerName === null || callerName === caller
      ? (caller ?? 'nobody')
      : `${caller} "${callerName}"`,
    operation ?? document?.slice(0, 12) ?? '',
    subject ?? '',
    rows === 0 ? '' : String(rows),
    String(times),
  ];
}
