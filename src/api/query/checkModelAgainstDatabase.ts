import type { Knex } from 'knex';
import { CHANGED_AT } from '../../ground/database/changedAt';
import { rowsOf, sql } from '../../ground/database/sql';
import { typesOfColumns } from '../../ground/types/types';
import { isMart, yearOfMask } from '../model/lookup';
import type { Column, Model, Table } from '../model/mart';

/** The model and the database contradict each other. Names every contradiction at once. */
export class ModelContradiction extends Error {
  override readonly name = 'ModelContradiction';

  constructor(readonly complaints: readonly string[]) {
    super(`The semantic model in schema/ contradicts the database:\n${complaints.join('\n')}`);
  }
}

/**
 * Closed by default: refuses where a declared column is not in its table or is another than declared,
 * and where a table has a column without a declared policy. A generated column holds nothing of its
 * own, and that of the last change nothing of the source, so these need none; marts must have the latter.
 */
export async function checkModelAgainstDatabase(database: Knex, model: Model): Promise<void> {
  const tables: readonly Table[] = [...model.marts, ...model.entities];
  const found = await columnsOf(database, tables);
  const complaints = tables.flatMap((table) =>
    complaintsAbout(table, sharersOf(table, tables), found.get(table.table)),
  );
  if (complaints.length > 0) throw new ModelContradiction(complaints);
}

interface DatabaseColumn {
  readonly type: string;
  readonly nullable: boolean;
}
type DatabaseColumns = ReadonlyMap<string, DatabaseColumn>;

async function columnsOf(
  database: Knex,
  tables: readonly Table[],
): Promise<ReadonlyMap<string, DatabaseColumns>> {
  const names = tables.map(({ table }) => table);
  const rows = await rowsOf<{ table: string; column: string; type: string; nullable: boolean }>(
    database,
    sql`select table_schema || '.' || table_name as table, column_name as column,
        udt_name as type, is_nullable = 'YES' as nullable
      from information_schema.columns
      where table_schema || '.' || table_name = any(${names}::text[]) and is_generated = 'NEVER'`,
  );
  const found = new Map<string, Map<string, DatabaseColumn>>();
  for (const { table, column, type, nullable } of rows) {
    const columns = found.get(table) ?? new Map<string, DatabaseColumn>();
    found.set(table, columns.set(column, { type, nullable }));
  }
  return found;
}

/** The types whose rows come from the same table: a column is declared where one of them declares it. */
function sharersOf({ table }: Table, tables: readonly Table[]): readonly Table[] {
  return tables.filter((other) => other.table === table);
}

function declaredBy(table: Table): readonly Column[] {
  const columns = table.dimensions.filter(({ step }) => step === undefined);
  return [...columns, ...(isMart(table) ? table.measures : [])];
}

function complaintsAbout(
  table: Table,
  sharers: readonly Table[],
  found: DatabaseColumns | undefined,
): string[] {
  if (!found) return [`${table.name} is declared; expected a table ${table.table}.`];
  const declared = declaredBy(table);
  const companions = companionsOf(table);
  const known = new Set([
    ...sharers.flatMap(declaredBy).map(({ column }) => column),
    ...companions,
    CHANGED_AT,
  ]);
  return [
    ...declared.flatMap((column) => complaintsAboutColumn(table, column, found)),
    ...companions
      .filter((companion) => !isText(found.get(companion)))
      .map((companion) => `${table.table}.${companion} is needed to mask; expected it as text.`),
    ...(isMart(table) && !isMoment(found.get(CHANGED_AT))
      ? [`${table.table}.${CHANGED_AT} is needed by refreshes and views; expected it as ${MOMENT}.`]
      : []),
    ...[...found.keys()]
      .filter((column) => !known.has(column))
      .map((column) => `${table.table}.${column} has no field; expected one in ${table.name}.`),
  ];
}

/** Rows of years hold the pseudonym beside each BIN; it has no field of its own. */
function companionsOf(table: Table): string[] {
  const masked = table.dimensions.filter((dimension) => dimension.masked);
  return yearOfMask(table) !== undefined ? masked.map(({ column }) => `${column}_pseudonym`) : [];
}

function isText(column: DatabaseColumn | undefined): boolean {
  return column?.type === 'text';
}

/** As a migration of a mart has it. */
const MOMENT = 'timestamptz not null default statement_timestamp()';

function isMoment(column: DatabaseColumn | undefined): boolean {
  return column?.type === 'timestamptz' && !column.nullable;
}

function complaintsAboutColumn(
  { name, table }: Table,
  { field, column, type, list, nullable }: Column,
  found: DatabaseColumns,
): string[] {
  const actual = found.get(column);
  if (!actual) return [`${name}.${field} is declared; expected a column ${table}.${column}.`];
  const expected = typesOfColumns[type].columns.map((name) => (list ? `_${name}` : name));
  const complaints: string[] = [];
  if (!expected.includes(actual.type)) {
    complaints.push(
      `${table}.${column} is of type ${actual.type}; ${name}.${field} expects ${expected.join(' or ')}.`,
    );
  }
  if (!nullable && actual.nullable) {
    complaints.push(`${table}.${column} can be null; ${name}.${field} expects that it cannot.`);
  }
  return complaints;
}
