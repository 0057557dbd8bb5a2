import type { Declaration } from '../lineage/declaration';
import { lineage, type SourceReading } from '../lineage/lineage';
import type { SourceTable } from '../systems/sourceTable';
import { temporary } from '../refresh/tables/temporaryTables';
import { originOf, referencesTo, unitOf, type Reference } from './origins';
import { asKey } from './textAsKey';

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
  keys: ({ source }) => `select key_id from ${source.bronzeTable} event where false`,
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
  // 64 bits, of which the sign is left out.
  const tonight = (value: string) =>
    `mod(hashtextextended(${value}::text, 0) & 9223372036854775807, ${nights}) = ${night % nights}`;
  const among = (column: string, source: SourceTable, cast = '') =>
    `${column} = any (array(select key_id${cast} from ${temporary.sampled(source)}))`;
  const scope = (table: Declaration): string => {
    if (table.kind === 'defects') {
      return lineage()
        .fromEvents.map(
          ({ source }) => `source_table = '${source.id}' and ${among('key_id', source, '::text')}`,
        )
        .join(' or ');
    }
    const unit = unitOf(table);
    const origin = originOf(table);
    if (unit !== undefined || origin === undefined) return tonight(unit ?? '');
    return among(table.key ?? '', origin.source);
  };
  return {
    keys: (reading) => {
      const { table, source, key } = reading;
      const ofUnits = lineage().tables.flatMap((each) => {
        const unit = unitOf(each);
        return unit === undefined ? [] : keysReadFor(each, reading, tonight);
      });
      const selects = [
        `select key_id from ${source.bronzeTable} event where key_id is not null and ${tonight('key_id')}`,
        `select ${key} from ${table} where ${tonight(key)}`,
        ...ofUnits,
        ...referencesTo(reading).flatMap((reference) => keysReferredTo(reference, reading, scope)),
      ];
      return [...new Set(selects)].join('\n union ');
    },
    condition: (source) => among('key_id', source),
    scope,
  };
}

/**
 * SELECTs of the keys of `reading` that the rows of a table are read from, where the condition holds of the
 * column by which each of them is read.
 */
function keysReadFor(
  table: Declaration,
  reading: SourceReading,
  condition: (column: string) => string,
): readonly string[] {
  return table.reads.flatMap(({ table: name, link }) => {
    const read = lineage().tables.find((each) => each.table === name);
    if (read?.kind !== 'kept' || link === undefined || link.through !== undefined) return [];
    const origin = originOf(read);
    const rows = condition(link.theirs);
    if (origin === reading) return [`select ${read.key ?? ''} from ${name} where ${rows}`];
    if (origin !== undefined) return [];
    // Rows that are made of several rows each: of all that they are read from.
    return keysReadFor(read, reading, (column) => {
      const own = read.reads.find((each) => each.link?.theirs === column)?.link?.column ?? '';
      return `${column} in (select ${own} from ${name} where ${rows})`;
    });
  });
}

/** The rows that are kept refer to keys, and so do the newest events: the two may differ. */
function keysReferredTo(
  { from, column, referred, theirs }: Reference,
  { source }: SourceReading,
  scope: (table: Declaration) => string,
): readonly string[] {
  const key = referred.key ?? '';
  const byKey = theirs === key;
  const kept = `select ${column} from ${from.table} where ${column} is not null and ${scope(from)}`;
  const selects = [
    byKey ? kept : `select ${key} from ${referred.table} where ${theirs} in (${kept})`,
  ];
  if (from.source === undefined) return selects;
  const given = `event.payload::json #> event.row_path ->> '${column}'`;
  const events = `from ${temporary.newest(from.source)} newest join ${from.source.bronzeTable} event using (event_no)`;
  selects.push(
    byKey
      ? `select ${asKey(source, given)} ${events}`
      : `select ${key} from ${referred.table} where ${theirs}::text in (select ${given} ${events})`,
  );
  return selects;
}
