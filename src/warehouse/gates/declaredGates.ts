import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectFolder } from '../../ground/projectFolder';

export type Severity = 'WARN' | 'HOLD';

/** What a limit counts: failing rows, their share of all rows, or how much the rows became fewer. */
export type Measure = 'ROWS' | 'SHARE' | 'FALL';

/** What must hold of tables before they are published: a file of sql/gates. */
export interface Gate {
  /** The file's name. */
  readonly name: string;
  readonly meaning: string;
  /** Tables, or `gold.*` for every mart. */
  readonly guards: readonly string[];
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

/** Reads a gate's file: what its first lines declare, and its SELECT. Throws where they are not whole. */
export function readGate(name: string, text: string): Gate {
  const meaning = /^-- (.+)$/m.exec(text)?.[1];
  const guards = headOf(text, 'guards')?.split(/,\s*/);
  const severity = headOf(text, 'severity');
  const [, fall, limit, unit] = LIMIT.exec(text) ?? [];
  const select = text.replace(/^--.*\n/gm, '').trim();
  const measure = fall ? 'FALL' : unit === '%' ? 'SHARE' : 'ROWS';
  const whole = (measure === 'FALL') === (select === '') && !(fall && unit === 'rows');
  if (!meaning || !guards || !limit || !whole || (severity !== 'warn' && severity !== 'hold')) {
    throw new Error(
      `sql/gates/${name}.sql is not whole; expected lines "-- guards: TABLES", "-- severity: warn" or "hold", and "-- at most: N %" or "N rows" with a SELECT of the failing rows, or "-- fall at most: N %" without one.`,
    );
  }
  const absolute = headOf(text, 'release') === 'never';
  if (select.includes(':rows') && !absolute && guards.some((table) => !table.startsWith('gold.'))) {
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
