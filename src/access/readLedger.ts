import type { Knex } from 'knex';
import { nothing, rowsOf, sql } from '../database/sql';
import { KeyRefused } from './keyRefused';
import { LEDGER_KINDS, type LedgerKind } from './ledger';
import { momentOf, spanOf } from './moment';

/** An entry as it stands in the ledger. */
export interface LedgerRecord {
  readonly id: string;
  /** When the first of what it tells of was, as ISO 8601 in UTC. */
  readonly at: string;
  readonly kind: LedgerKind;
  readonly caller: string | null;
  readonly callerName: string | null;
  readonly operation: string | null;
  readonly document: string | null;
  readonly subject: string | null;
  readonly rows: number;
  readonly times: number;
  readonly requestId: string | null;
}

export interface LedgerWish {
  /** A day, a moment, or a time before now such as 7d. */
  readonly since?: string | undefined;
  readonly kind?: string | undefined;
  readonly caller?: string | undefined;
}

/** The most entries that are told at once. */
export const MOST_ENTRIES = 10_000;

/** The entries since a moment, the newest last; of more than is told the newest. Throws {@link KeyRefused}. */
export async function readLedger(
  database: Knex,
  { since, kind, caller }: LedgerWish,
  most: number = MOST_ENTRIES,
): Promise<LedgerRecord[]> {
  const from = since === undefined ? null : readSince(since, Date.now()).toISOString();
  const ofKind = kind === undefined ? null : readKind(kind);
  const rows = await rowsOf<LedgerRecord>(
    database,
    sql`select entry_id::text as id,
        to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as at,
        kind, caller, caller_name as "callerName", operation, document, subject,
        rows::float8 as rows, times::float8 as times, request_id as "requestId"
      from access.ledger
      where true ${from === null ? nothing : sql`and at >= ${from}::timestamptz`}
        ${ofKind === null ? nothing : sql`and kind = ${ofKind}`}
        ${caller === undefined ? nothing : sql`and caller = ${caller}`}
      order by entry_id desc limit ${most}`,
  );
  return rows.reverse();
}

function readSince(given: string, now: number): Date {
  const text = given.trim();
  const span = spanOf(text);
  const since = span === undefined ? momentOf(text, 'begin') : now - span;
  if (since !== undefined) return new Date(since);
  throw new KeyRefused(
    `${JSON.stringify(given)} is no time to begin from; expected a day such as 2027-01-31, a moment such as 2027-01-31T12:00:00Z, or a time before now such as 7d, 12h or 30m.`,
  );
}

function readKind(given: string): LedgerKind {
  const kind = LEDGER_KINDS.find((known) => known === given.toUpperCase());
  if (kind) return kind;
  throw new KeyRefused(
    `${JSON.stringify(given)} is no kind of entry; expected one of ${LEDGER_KINDS.join(', ')}.`,
  );
}
