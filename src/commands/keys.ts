import type { Knex } from 'knex';
import type { KeyRecord } from '../api/access/keys/keyRecord';
import { KeyRefused } from '../api/access/keyRefused';
import { requireKnownMarts, type KeyWish } from '../api/access/keys/keyRequest';
import { createKey, listKeys, revokeKey } from '../api/access/keys/keys';
import { readScope, scopeText, type RowScope } from '../api/access/rowScope';
import { loadModel } from '../api/model/read/loadModel';
import { textTable } from './telling/textTable';
import type { Write } from './telling/writing';

interface Form {
  /** One JSON value instead of lines for people. */
  readonly json?: boolean | undefined;
}

/** The parts of a scope, as the options of a command give them. */
interface ScopeOptions {
  readonly years?: string | undefined;
  readonly companies?: string | undefined;
  readonly certificates?: string | undefined;
  readonly marts?: string | undefined;
}

/** `techorda keys create`: makes a key and shows it, this once. Throws KeyRefused. */
export async function printNewKey(
  database: Knex,
  wish: Omit<KeyWish, 'scope'> & ScopeOptions & Form,
  write: Write,
): Promise<void> {
  const { key, ...record } = await createKey(database, { ...wish, scope: scopeAsked(wish) });
  if (wish.json) return write(json({ ...record, key }));
  write(
    [
      `Key ${record.id} "${record.name}" with ${powersOf(record)}, ${confinement(record)}${ending(record)}:`,
      '',
      `  ${key}`,
      '',
      'Keep it now: it is not stored and cannot be shown again.',
      '',
    ].join('\n'),
  );
}

/** `techorda keys list`: all keys that ever were. */
export async function printKeys(
  database: Knex,
  { json: asJson }: Form,
  write: Write,
): Promise<void> {
  const records = await listKeys(database);
  if (asJson) return write(json(records));
  if (records.length === 0) return write('There are no keys yet; keys create makes one.\n');
  const rows = records.map((record) => [
    record.id,
    record.state,
    record.name,
    [...record.rights, ...record.roles.map((role) => `role ${role}`)].join(','),
    scopeOf(record),
    record.trustedOnly ? 'trusted' : 'any',
    record.createdAt,
    record.lastUsedAt ?? '',
    record.revokedAt ?? record.expiresAt ?? '',
  ]);
  write(
    textTable(
      ['ID', 'STATE', 'NAME', 'RIGHTS', 'SCOPE', 'DOCUMENTS', 'CREATED', 'LAST USED', 'ENDS'],
      rows,
    ),
  );
}

/** `techorda keys revoke`: ends a key at once and permanently. Throws KeyRefused. */
export async function printRevokedKey(
  database: Knex,
  { id, json: asJson }: { readonly id: string } & Form,
  write: Write,
): Promise<void> {
  const record = await revokeKey(database, id);
  if (asJson) return write(json(record));
  write(`Key ${record.id} "${record.name}" is revoked since ${record.revokedAt ?? 'now'}.\n`);
}

const json = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`;

function scopeAsked({ years, companies, certificates, marts }: ScopeOptions): RowScope | undefined {
  const given = Object.entries({ years, companies, certificates, marts }).filter(
    ([, value]) => value !== undefined,
  );
  if (given.length === 0) return undefined;
  const scope = readScope(Object.fromEntries(given));
  requireKnownMarts(
    scope,
    loadModel().marts.map(({ rootField }) => rootField),
  );
  return scope;
}

function scopeOf({ scope }: KeyRecord): string {
  try {
    return scope === null ? 'all' : scopeText(readScope(scope));
  } catch (error) {
    if (error instanceof KeyRefused) return 'not understood';
    throw error;
  }
}

function powersOf({ rights, roles }: KeyRecord): string {
  const parts: string[] = [];
  if (rights.length > 0) parts.push(`the rights ${rights.join(', ')}`);
  if (roles.length > 0) parts.push(`the roles ${roles.join(', ')}`);
  return parts.join(' and ');
}

function confinement(record: KeyRecord): string {
  const rows = record.scope === null ? '' : `confined to ${scopeOf(record)}, `;
  return record.trustedOnly ? `${rows}for trusted documents alone, ` : rows;
}

function ending({ expiresAt }: KeyRecord): string {
  return expiresAt === null ? 'good until it is revoked' : `good until ${expiresAt}`;
}
