import type { Declaration } from '../lineage/declaration';
import { isFromEvents, lineage, type SourceReading } from '../lineage/lineage';
import { keyTypeOf, type SourceTable } from '../systems/sourceTable';
import { temporary } from '../refresh/tables/temporaryTables';

/** Which keys are compared: those of one night out of so many, or all where there is one night. */
export interface Sample {
  /** The SELECT of the keys of a source table, as `key_id`. It reads the samples of tables that read this one. */
  keys(reading: SourceReading): string;
  /** A condition on events: their keys are in the sample. */
  condition(source: SourceTable): string;
  /** A condition on rows of a table of Silver or Gold: those that the rebuild gives whole. */
  scope(table: Declaration): string;
}

const ALL: Sample = {
  keys: () => 'select 0 where false',
  condition: () => 'true',
  scope: () => 'true',
};

/**
 * A key's night is its hash, so that the parts have one size and each key has its turn. Keys are taken from
 * Bronze and from Silver, since a row that no event explains is a difference too. A row in the sample brings
 * the rows that it is read from along. A unit of refresh of the night brings all its rows, and is compared
 * down to Gold.
 */
export function sampleOf({
  night,
  nights,
}: {
  readonly night: number;
  readonly nights: number;
}): Sample {
  if (nights === 1) return ALL;
  const tonight = (key: string) =>
    `mod(hashtext(${key}::text)::bigint + 2147483648, ${nights}) = ${night % nights}`;
  const among = (column: string, source: SourceTable, cast = '') =>
    `${column} = any (array(select key_id${cast} from ${temporary.sampled(source)}))`;
  return {
    keys: (reading) => {
      const { table, source, key } = reading;
      const selects = [
        `select key_id from ${source.bronzeTable} event where key_id is not null and ${tonight('key_id')}`,
        ...[key, ...unitsOver(reading)].map(
          (column) => `select ${key} from ${table} where ${tonight(column)}`,
        ),
        ...referencesTo(reading).map((reference) => keysReferredTo(reference, source)),
      ];
      return [...new Set(selects.flat())].join('\n union ');
    },
    condition: (source) => among('key_id', source),
    scope: (table) => {
      if (table.kind === 'defects') {
        return lineage()
          .fromEvents.map(
            ({ source }) =>
              `source_table = '${source.id}' and ${among('key_id', source, '::text')}`,
          )
          .join(' or ');
      }
      if (table.unit !== undefined) return tonight(table.unit);
      const { key, source } = originOf(table);
      return among(key, source);
    },
  };
}

/** Units of refresh, other than its key, by which the rows of a table are read together further down. */
function unitsOver({ table, key }: SourceReading): readonly string[] {
  const units = lineage()
    .tables.filter(
      ({ unit, reads }) => unit !== undefined && reads.some((each) => each.table === table),
    )
    .map(({ unit }) => unit ?? '');
  return [...new Set(units)].filter((unit) => unit !== key);
}

/** A column of rows read from events that names a row of another table. */
interface Reference {
  readonly from: SourceReading;
  readonly column: string;
}

/** By which columns other tables' rows refer to the rows of this one. */
function referencesTo({ table, key }: SourceReading): readonly Reference[] {
  return lineage().tables.flatMap((reader) =>
    reader.reads.flatMap(({ table: read, link }) => {
      if (read !== table || link === undefined || link.theirs !== key) return [];
      const from = link.through === undefined ? reader : lineage().table(link.through);
      return isFromEvents(from) && from.table !== table ? [{ from, column: link.column }] : [];
    }),
  );
}

/** Each table after those whose rows refer to it: a sample takes its keys from theirs. */
export function inSamplingOrder(): readonly SourceReading[] {
  const ordered = new Set<SourceReading>();
  const place = (reading: SourceReading, below: readonly string[]): void => {
    if (below.includes(reading.table)) {
      throw new Error(
        `Rows of tables refer to each other in a circle: ${[...below, reading.table].join(' → ')}.`,
      );
    }
    for (const { from } of referencesTo(reading)) place(from, [...below, reading.table]);
    ordered.add(reading);
  };
  for (const reading of lineage().fromEvents) place(reading, []);
  return [...ordered];
}

/** The rows that are kept refer to keys, and so do the newest events: the two may differ. */
function keysReferredTo(
  { from: { table, source, key }, column }: Reference,
  referred: SourceTable,
): readonly string[] {
  const given = `event.payload::json #> event.row_path ->> '${column}'`;
  return [
    `select ${column} from ${table}
       where ${column} is not null and ${key} in (select key_id from ${temporary.sampled(source)})`,
    `select ${asKey(referred, given)}
       from ${temporary.newest(source)} newest join ${source.bronzeTable} event using (event_no)`,
  ];
}

/** A text as a key of the table; null where it is none. */
function asKey(table: SourceTable, text: string): string {
  switch (keyTypeOf(table)) {
    case 'integer':
      return `silver.read_integer(${text})`;
    case 'bigint':
      return `case when ${text} ~ '^-?[0-9]{1,18}$' then (${text})::bigint end`;
    case 'uuid':
      return `case when ${text} ~* '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then (${text})::uuid end`;
    case 'text':
      return text;
  }
}

/** The events that decide which rows of a table there are: its own, or those of the table with its key. */
function originOf(table: Declaration): SourceReading {
  if (isFromEvents(table)) return table;
  for (const { table: name, link } of table.reads) {
    if (link === undefined || link.through !== undefined || link.column !== table.key) continue;
    return originOf(lineage().table(name));
  }
  throw new Error(
    `${table.table} reads no table by its key; expected one, to compare its rows with.`,
  );
}
