import { readdirSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { projectFolder } from '../../ground/projectFolder';
import type { SourceTable } from '../systems/sourceTable';
import { readDeclaration, type Declaration, type Link } from './declaration';

/** A table with a key of its own that is read from events of a source. */
export interface SourceReading extends Declaration {
  readonly source: SourceTable;
  readonly key: string;
}

/** The tables of Silver and Gold by what they declare, each after those that it reads. */
export interface Lineage {
  readonly tables: readonly Declaration[];
  /** Tables of Silver with rows of their own. */
  readonly silver: readonly Declaration[];
  /** Those of them that are read from events. */
  readonly fromEvents: readonly SourceReading[];
  /** What could not be read of the rows of Silver. */
  readonly defects: Declaration;
  /** Rows that marts share. */
  readonly shared: readonly Declaration[];
  readonly marts: readonly Declaration[];
  /** By its name with schema. Throws where no SELECT declares it. */
  table(name: string): Declaration;
}

export const isFromEvents = (table: Declaration): table is SourceReading =>
  table.source !== undefined && table.key !== undefined;

/** Tables that no SELECT defines: the refresh writes them itself. */
const WRITTEN_BY_REFRESH = ['silver.bin_pseudonyms', 'silver.country_names'];

/** Puts tables in their order. Throws where a declaration does not fit the others. */
export function lineageOf(declarations: readonly Declaration[]): Lineage {
  const byName = new Map<string, Declaration>();
  for (const each of declarations) {
    const other = byName.get(each.table);
    if (other !== undefined) {
      throw new Error(
        `${other.file} and ${each.file} are both ${each.table}; expected a name for each.`,
      );
    }
    byName.set(each.table, each);
  }
  const table = (name: string): Declaration => {
    const found = byName.get(name);
    if (found === undefined) throw new Error(`No SELECT in sql/silver or sql/gold is ${name}.`);
    return found;
  };
  const tables = inOrder(declarations, byName);
  for (const each of tables) assertWhole(each, byName);
  assertOneReader(tables.filter(isFromEvents));
  const kept = tables.filter(({ kind }) => kind === 'kept');
  const silver = kept.filter((each) => each.table.startsWith('silver.'));
  const [defects, ...others] = tables.filter(({ kind }) => kind === 'defects');
  if (defects === undefined || others.length > 0) {
    throw new Error(
      'sql/silver declares no table, or several, with "-- rows: defects"; expected one.',
    );
  }
  return {
    tables,
    silver,
    fromEvents: silver.filter(isFromEvents),
    defects,
    shared: tables.filter(({ kind }) => kind === 'shared'),
    marts: kept.filter((each) => each.table.startsWith('gold.')),
    table,
  };
}

/** Each table after those that it reads, and otherwise by name. */
function inOrder(
  declarations: readonly Declaration[],
  byName: ReadonlyMap<string, Declaration>,
): readonly Declaration[] {
  const ordered = new Set<Declaration>();
  const place = (each: Declaration, below: readonly string[]): void => {
    if (ordered.has(each)) return;
    if (below.includes(each.table)) {
      throw new Error(`Tables read each other in a circle: ${[...below, each.table].join(' → ')}.`);
    }
    for (const { table, link } of each.reads) {
      for (const name of [table, link?.through]) {
        if (name === undefined || WRITTEN_BY_REFRESH.includes(name)) continue;
        const read = byName.get(name);
        if (read === undefined) {
          throw new Error(`${each.table} reads ${name}; expected a table with a SELECT.`);
        }
        place(read, [...below, each.table]);
      }
    }
    ordered.add(each);
  };
  const byTable = [...declarations].sort((one, other) => (one.table < other.table ? -1 : 1));
  for (const each of byTable) place(each, []);
  return [...ordered];
}

function assertWhole(
  { table, kind, key, unit, reads }: Declaration,
  byName: ReadonlyMap<string, Declaration>,
): void {
  const isMart = table.startsWith('gold.');
  if (kind === 'kept' && !isMart && key === undefined) {
    throw new Error(`${table} declares no key; expected a line "-- key:" with a column.`);
  }
  if ((isMart || kind === 'shared') && unit === undefined) {
    throw new Error(
      `${table} declares no unit of refresh; expected a line "-- unit:" with a column.`,
    );
  }
  for (const { table: read, link } of reads) {
    if (link === undefined) continue;
    const { column, theirs, through } = link;
    if (unit !== undefined && through === undefined && column !== unit) {
      throw new Error(
        `${table} is refreshed by ${unit} and reads ${read} by ${column}; expected both to be one column, or a column of another table that it reads by ${unit}.`,
      );
    }
    const shared = byName.get(read);
    if (shared?.kind === 'shared' && shared.unit !== theirs) {
      throw new Error(
        `${table} reads ${read} by ${theirs}; expected ${shared.unit ?? ''}, by which its rows are read.`,
      );
    }
    if (through === undefined) continue;
    if (ownLink(reads, through) === undefined || byName.get(through)?.kind !== 'kept') {
      throw new Error(
        `${table} reads ${read} by a column of ${through}; expected it to read ${through} by a column of its own.`,
      );
    }
  }
}

/** A key of a source names one row of Silver: its defects are known by it. */
function assertOneReader(tables: readonly SourceReading[]): void {
  const readers = new Map<SourceTable, string>();
  for (const { source, table } of tables) {
    const other = readers.get(source);
    if (other !== undefined) {
      throw new Error(
        `${other} and ${table} both read bronze.${source.id}; expected one of them to read the other.`,
      );
    }
    readers.set(source, table);
  }
}

/** How rows are related to a table that they read directly. */
export function ownLink(reads: Declaration['reads'], table: string): Link | undefined {
  return reads.find((read) => read.table === table && read.link?.through === undefined)?.link;
}

/** Whether a table's rows come from rows that marts share, which are narrowed to their units already. */
export function readsShared({ reads }: Declaration): boolean {
  return lineage().shared.some(({ table }) => reads.some((read) => read.table === table));
}

let known: Lineage | undefined;

/** What the files of sql/silver and sql/gold declare. A new file is a new table. */
export function lineage(): Lineage {
  known ??= lineageOf((['silver', 'gold'] as const).flatMap(readLayer));
  return known;
}

function readLayer(layer: 'silver' | 'gold'): Declaration[] {
  const folder = join(projectFolder, 'sql', layer);
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.sql'))
    .sort()
    .map((path) =>
      readDeclaration(
        ['sql', layer, ...path.split(sep)].join('/'),
        readFileSync(join(folder, path), 'utf8'),
      ),
    );
}
