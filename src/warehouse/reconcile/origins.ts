import type { Declaration } from '../lineage/declaration';
import { isFromEvents, lineage, type SourceReading } from '../lineage/lineage';

/**
 * The table whose events decide which rows of a table there are: its own, or that of the table with the same
 * key. Undefined where each row is made of several others.
 */
export function originOf(table: Declaration): SourceReading | undefined {
  if (isFromEvents(table)) return table;
  for (const { table: name, link } of table.reads) {
    if (link === undefined || link.through !== undefined || link.column !== table.key) continue;
    const read = lineage().tables.find((each) => each.table === name);
    if (read?.kind === 'kept' && link.theirs === read.key) return originOf(read);
  }
  return undefined;
}

/** The column by which rows of a table are made together, where that is not the key of its origin. */
export function unitOf(table: Declaration): string | undefined {
  return table.unit ?? (originOf(table) === undefined ? table.key : undefined);
}

/** A column of kept rows that says which rows of another table they, or what is made of them, read. */
export interface Reference {
  readonly from: Declaration;
  readonly column: string;
  readonly referred: Declaration;
  readonly theirs: string;
}

/** By which columns rows refer to those that the events of a source table decide. */
export function referencesTo(reading: SourceReading): readonly Reference[] {
  const { tables, table: tableNamed } = lineage();
  return tables.flatMap((reader) =>
    reader.reads.flatMap(({ table, link }): Reference[] => {
      const referred = tables.find((each) => each.table === table);
      if (referred?.kind !== 'kept' || link === undefined) return [];
      if (originOf(referred) !== reading) return [];
      const from = link.through === undefined ? reader : tableNamed(link.through);
      if (from.kind !== 'kept' || from.unit !== undefined) return [];
      if (originOf(from) === reading) return [];
      return [{ from, column: link.column, referred, theirs: link.theirs }];
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
    for (const { from } of referencesTo(reading)) {
      const origin = originOf(from);
      if (origin !== undefined) place(origin, [...below, reading.table]);
    }
    ordered.add(reading);
  };
  for (const reading of lineage().fromEvents) place(reading, []);
  return [...ordered];
}
