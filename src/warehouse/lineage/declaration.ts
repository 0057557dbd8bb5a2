import { sourceSystems } from '../systems/declaredSystems';
import type { SourceTable } from '../systems/sourceTable';

/** How a row is related to rows of another table that its SELECT reads. */
export interface Link {
  /** Its own column, or that of the table which the link leads through. */
  readonly column: string;
  /** The column of the table that is read. */
  readonly theirs: string;
  /** The table whose column it is, where the rows have none themselves. */
  readonly through: string | undefined;
}

/** A table that a SELECT reads. */
export interface Read {
  /** With its schema, such as `silver.companies`. */
  readonly table: string;
  /** Undefined where a change of the table is a change of the definition: all rows are then rebuilt. */
  readonly link: Link | undefined;
}

/**
 * - `kept`: the rows of a table.
 * - `shared`: rows that several tables are made of. They are read once per refresh and not kept.
 * - `defects`: what could not be read of the other tables' rows.
 */
export type Kind = 'kept' | 'shared' | 'defects';

/** What the first lines of a file in sql/silver or sql/gold declare of its SELECT. */
export interface Declaration {
  /** The file, such as `sql/silver/arm/companies.sql`. */
  readonly file: string;
  /** With its schema, such as `silver.companies`. */
  readonly table: string;
  readonly kind: Kind;
  /** The source table whose newest events the rows are read from. */
  readonly source: SourceTable | undefined;
  readonly reads: readonly Read[];
  /** The column that identifies a row within Silver. */
  readonly key: string | undefined;
  /** Columns that hold a BIN: each BIN gets a pseudonym. */
  readonly bins: readonly string[];
  /** The unit of refresh: rows with the same value of this column are read together. */
  readonly unit: string | undefined;
  /** Whether queries of the API read it; the planner then needs its statistics after a refresh. */
  readonly served: boolean;
}

const KINDS: readonly Kind[] = ['kept', 'shared', 'defects'];
const LINE = /^-- (reads|key|BINs|unit|rows|served): *(.+?) *$/;
const READ =
  /^(?<table>bronze\.[\w.]+|[a-z_]+\.\w+)(?: by (?<column>\w+)(?: = (?<theirs>\w+))?(?: of (?<through>silver\.\w+))?)?$/;

/** What a table of Silver is read from stands in the folder of its system. */
const FILE = /^sql\/(?<layer>silver|gold)\/(?:(?<system>\w+)\/)?(?<name>\w+)\.sql$/;

/** Reads what a SELECT declares. Throws one sentence where a line does not have its form. */
export function readDeclaration(file: string, text: string): Declaration {
  const { layer, system, name } = FILE.exec(file)?.groups ?? {};
  if (layer === undefined || name === undefined) {
    throw new Error(
      `${file} cannot be a table of Silver or Gold; expected sql/silver/SYSTEM/TABLE.sql or sql/gold/TABLE.sql.`,
    );
  }
  const lines = new Map<string, string>();
  const reads: Read[] = [];
  for (const line of text.split('\n')) {
    if (!line.startsWith('--')) break;
    const [, word, value] = LINE.exec(line) ?? [];
    if (word === undefined || value === undefined) continue;
    if (word === 'reads') reads.push(readRead(file, value));
    else if (lines.has(word)) throw new Error(`${file} has two lines "-- ${word}:"; expected one.`);
    else lines.set(word, value);
  }
  const kind = KINDS.find((each) => each === (lines.get('rows') ?? 'kept'));
  if (kind === undefined) {
    throw new Error(
      `${file} has "-- rows: ${lines.get('rows') ?? ''}"; expected ${KINDS.join(', ')}.`,
    );
  }
  const sources = reads.filter(({ table }) => table.startsWith('bronze.'));
  const [source] = sources;
  if (sources.length > 1) {
    throw new Error(`${file} reads ${String(sources.length)} source tables; expected at most one.`);
  }
  const readFrom = source && sourceOf(file, source.table);
  if (readFrom !== undefined && readFrom.system !== system) {
    throw new Error(
      `${file} reads a table of ${readFrom.system}; expected it as sql/silver/${readFrom.system}/${name}.sql.`,
    );
  }
  return {
    file,
    table: `${layer}.${name}`,
    kind,
    source: readFrom,
    reads: reads.filter((read) => read !== source),
    key: lines.get('key'),
    bins: lines.get('BINs')?.split(/, */) ?? [],
    unit: lines.get('unit'),
    served: lines.get('served') !== 'no',
  };
}

function readRead(file: string, text: string): Read {
  const { table, column, theirs, through } = READ.exec(text)?.groups ?? {};
  if (table === undefined) {
    throw new Error(
      `${file} has "${text}" in a line "-- reads:"; expected a table and how its rows are found, such as silver.companies by company_id of silver.service_requests.`,
    );
  }
  if (column === undefined) return { table, link: undefined };
  return { table, link: { column, theirs: theirs ?? column, through } };
}

function sourceOf(file: string, table: string): SourceTable {
  const source = sourceSystems().table(table.slice('bronze.'.length));
  if (source !== undefined) return source;
  const known = sourceSystems().tables.map(({ id }) => `bronze.${id}`);
  throw new Error(`${file} reads ${table}; expected one of ${known.join(', ')}.`);
}
