import type { Knex } from 'knex';
import { joined, nothing, rowsOf, sql, type Sql } from '../../../ground/database/sql';
import { KeyRefused } from '../keyRefused';
import { LEDGER_KINDS, type LedgerKind } from './ledger';
import { momentOf, spanOf } from '../moment';

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

/** Which entries are told; what is absent leaves none out. */
export interface LedgerFilter {
  /** The id of a key or a token, or the name that it has. */
  readonly caller?: string | undefined;
  readonly kind?: LedgerKind | undefined;
  readonly operation?: string | undefined;
  /** Moments: from the one on, and before the other. */
  readonly since?: string | undefined;
  readonly until?: string | undefined;
}

/** The newest entries first, of those that are older than one. */
export function ledgerEntries(
  database: Knex,
  filter: LedgerFilter,
  { olderThan = null, most }: { readonly olderThan?: string | null; readonly most: number },
): Promise<LedgerRecord[]> {
  return rowsOf<LedgerRecord>(
    database,
    sql`select entry_id::text as id,
        to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as at,
        kind, caller, caller_name as "callerName", operation, document, subject,
        rows::float8 as rows, times::float8 as times, request_id as "requestId"
      from access.ledger where ${condition(filter)}
        ${olderThan === null ? nothing : sql`and entry_id < ${olderThan}::bigint`}
      order by entry_id desc limit ${most}`,
  );
}

export async function countLedgerEntries(database: Knex, filter: LedgerFilter): Promise<number> {
  const [answer] = await rowsOf<{ entries: number }>(
    database,
    sql`select count(*)::integer as entries from access.ledger where ${condition(filter)}`,
  );
  return answer?.entries ?? 0;
}

function condition({ caller, kind, operation, since, until }: LedgerFilter): Sql {
  const conditions = [sql`true`];
  if (caller !== undefined) conditions.push(isCaller(caller));
  if (kind !== undefined) conditions.push(sql`kind = ${kind}`);
  if (operation !== undefined) conditions.push(sql`operation = ${operation}`);
  if (since !== undefined) conditions.push(sql`at >= ${since}::timestamptz`);
  if (until !== undefined) conditions.push(sql`at < ${until}::timestamptz`);
  return joined(conditions, ' and ');
}

/** Who released a held run over the API stands there as its name with its id behind it. */
function isCaller(given: string): Sql {
  return sql`(caller = ${given} or caller_name = ${given} or kind = 'GATE_RELEASED' and ${given} in (
    regexp_replace(caller, ' [(][^()]*[)]$', ''), substring(caller from ' [(]([^()]*)[)]$')))`;
}

/** The same as people write it. */
export interface LedgerWish {
  readonly caller?: string | undefined;
  readonly kind?: string | undefined;
  readonly operation?: string | undefined;
  /** A day, a moment, or a time before now such as 7d; a day is the end of it for `until`. */
  readonly since?: string | undefined;
  readonly until?: string | undefined;
}

/** Throws {@link KeyRefused} where a part cannot be read. */
export function readLedgerWish({ since, until, kind, ...others }: LedgerWish): LedgerFilter {
  return {
    ...others,
    kind: kind === undefined ? undefined : readKind(kind),
    since: since === undefined ? undefined : readMoment(since, 'begin'),
    until: until === undefined ? undefined : readMoment(until, 'end'),
  };
}

/** The most entries that are told at once. */
export const MAX_ENTRIES = 10_000;

/** The entries that are wished for, the newest last; of more than is told the newest. Throws {@link KeyRefused}. */
export async function readLedger(
  database: Knex,
  wish: LedgerWish,
  most: number = MAX_ENTRIES,
): Promise<LedgerRecord[]> {
  return (await ledgerEntries(database, readLedgerWish(wish), { most })).reverse();
}

function readMoment(given: string, ofDay: 'begin' | 'end'): string {
  const text = given.trim();
  const span = spanOf(text);
  const moment = span === undefined ? momentOf(text, ofDay) : Date.now() - span;
  if (moment !== undefined) return new Date(moment).toISOString();
  throw new KeyRefused(
    `${JSON.stringify(given)} is no time to ${ofDay} ${ofDay === 'begin' ? 'from' : 'with'}; expected a day such as 2027-01-31, a moment such as 2027-01-31T12:00:00Z, or a time before now such as 7d, 12h or 30m.`,
  );
}

function readKind(given: string): LedgerKind {
  const kind = LEDGER_KINDS.find((known) => known === given.toUpperCase());
  if (kind) return kind;
  throw new KeyRefused(
    `${JSON.stringify(given)} is no kind of entry; expected one of ${LEDGER_KINDS.join(', ')}.`,
  );
}
