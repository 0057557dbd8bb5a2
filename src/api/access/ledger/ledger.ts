import type { Knex } from 'knex';
import { rowsOf, sql } from '../../../ground/database/sql';

export const LEDGER_KINDS = [
  'CLEAR_BINS',
  'LOOKUP',
  'REFUSED',
  'KEY_CREATED',
  'KEY_REVOKED',
  'GATE_RELEASED',
] as const;
export type LedgerKind = (typeof LEDGER_KINDS)[number];

/** What somebody did that must not go unrecorded. */
export interface LedgerEntry {
  readonly kind: LedgerKind;
  /** The id of a key, of a token, or {@link COMMAND_LINE}; null where nobody could be told. */
  readonly caller: string | null;
  readonly callerName?: string | undefined;
  /** The name of the operation, and the SHA-256 of its document. */
  readonly operation?: string | undefined;
  readonly document?: string | undefined;
  /** What it is about: the code of a refusal, the id of a key or of a run. */
  readonly subject?: string | undefined;
  /** Rows with a clear BIN. */
  readonly rows?: number | undefined;
  readonly times?: number | undefined;
  readonly requestId?: string | undefined;
  /** Milliseconds since 1970; now where it is left out. */
  readonly at?: number | undefined;
}

/** Who acts by a command. */
export const COMMAND_LINE = 'command line';

/** Writes entries. In a transaction they stand there exactly if what they tell of does. */
export async function recordEntries(
  database: Knex,
  entries: readonly LedgerEntry[],
): Promise<void> {
  if (entries.length === 0) return;
  const column = <Value extends string | number>(
    of: (entry: LedgerEntry) => Value | null | undefined,
  ) => entries.map((entry) => of(entry) ?? null);
  await rowsOf(
    database,
    sql`insert into access.ledger
        (kind, caller, caller_name, operation, document, subject, rows, times, request_id, at)
      select kind, caller, caller_name, operation, document, subject, rows, times, request_id,
        coalesce(to_timestamp(at), clock_timestamp())
      from unnest(
        ${column(({ kind }) => kind)}::text[],
        ${column(({ caller }) => caller)}::text[],
        ${column(({ callerName }) => callerName)}::text[],
        ${column(({ operation }) => operation)}::text[],
        ${column(({ document }) => document)}::text[],
        ${column(({ subject }) => subject)}::text[],
        ${column(({ rows }) => rows ?? 0)}::bigint[],
        ${column(({ times }) => times ?? 1)}::bigint[],
        ${column(({ requestId }) => requestId)}::text[],
        ${column(({ at }) => at && at / 1_000)}::float8[]
      ) as entry (kind, caller, caller_name, operation, document, subject, rows, times, request_id, at)`,
  );
}
