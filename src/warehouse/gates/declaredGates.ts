import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectFolder } from '../../ground/projectFolder';

export type Severity = 'WARN' | 'HOLD';

/** What a limit counts: failing rows, their share of all rows, or how much the rows became fewer. */
export type Measure = 'ROWS' | 'SHARE' | 'FALL';

/** Which tables a gate is held against. */
export interface Guard {
  /** A table; `gold.*` for every mart, `silver.*` for every table of Silver that keeps rows. */
  readonly table: string;
  /** Only tables that have all these columns. */
  readonly columns: readonly string[];
  /** Only tables that declare columns of BINs. */
  readonly bins: boolean;
}

/** What must hold of tables before they are published: a file of sql/gates. */
export interface Gate {
  /** The file's name. */
  readonly name: string;
  readonly meaning: string;
  readonly guards: readonly Guard[];
  readonly measure: Measure;
  /** The most that passes: in rows, or in percent. */
  readonly limit: number;
  readonly severity: Severity;
  /** Neither a setting nor a release lets it pass: what it finds could not be served at all. */
  readonly absolute: boolean;
  /** A SELECT of the keys of failing rows; empty where rows are only counted. */
  readonly select: string;
}

const FOLDER = join(projectFolder, 'sql', 'gates');
const LIMIT = /^-- (fall )?at most: (\d+(?:\.\d+)?) (%|rows)$/m;

const headOf = (text: string, word: string) =>
  new RegExp(`^-- ${word}: (.+)$`, 'm').exec(text)?.[1];

const GUARD =
  /^(?<table>(?:silver|gold)\.(?:\w+|\*))(?: with (?:(?<bins>BINs)|(?<columns>\w+(?: and \w+)*)))?$/;

/** Undefined where the text has not the form of it. */
function readGuard(text: string): Guard | undefined {
  const { table, bins, columns } = GUARD.exec(text.trim())?.groups ?? {};
  if (table === undefined) return undefined;
  return { table, columns: columns?.split(' and ') ?? [], bins: bins !== undefined };
}

/** Reads a gate's file: what its first lines declare, and its SELECT. Throws where they are not whole. */
export function readGate(name: string, text: string): Gate {
  const meaning = /^-- (.+)$/m.exec(text)?.[1];
  const named = headOf(text, 'guards')?.split(',') ?? [];
  const guards = named.map(readGuard).filter((guard) => guard !== undefined);
  const severity = headOf(text, 'severity');
  const [, fall, limit, unit] = LIMIT.exec(text) ?? [];
  const select = text.replace(/^--.*\n/gm, '').trim();
  const measure = fall ? 'FALL' : unit === '%' ? 'SHARE' : 'ROWS';
  const whole = (measure === 'FALL') === (select === '') && !(fall && unit === 'rows');
  const guardsAreWhole = guards.length === named.length && guards.length > 0;
  if (
    !meaning ||
    !guardsAreWhole ||
    !limit ||
    !whole ||
    (severity !== 'warn' && severity !== 'hold')
  ) {
    throw new Error(
      `sql/gates/${name}.sql is not whole; expected lines "-- guards: TABLES" such as gold.* with bin, "-- severity: warn" or "hold", and "-- at most: N %" or "N rows" with a SELECT of the failing rows, or "-- fall at most: N %" without one.`,
    );
  }
  const absolute = headOf(text, 'release') === 'never';
  if (
    select.includes(':rows') &&
    !absolute &&
    guards.some(({ table }) => !table.startsWith('gold.'))
  ) {
    throw new Error(
      `sql/gates/${name}.sql reads :rows of a table that is no mart; expected "-- release: never", since failing rows are kept of marts alone.`,
    );
  }
  return {
    name,
    meaning,
    guards,
    measure,
    limit: Number(limit),
    severity: severity === 'hold' ? 'HOLD' : 'WARN',
    absolute,
    select,
  };
}

let known: readonly Gate[] | undefined;

/** All gates, by their names. */
export function declaredGates(): readonly Gate[] {
  known ??= readdirSync(FOLDER)
    .filter((file) => file.endsWith('.sql'))
    .sort()
    .map((file) =>
      readGate(file.slice(0, -'.sql'.length), readFileSync(join(FOLDER, file), 'utf8')),
    );
  return known;
}
