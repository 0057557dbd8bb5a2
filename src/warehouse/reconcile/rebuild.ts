import type { Session } from '../../ground/database/session';
import type { Declaration } from '../lineage/declaration';
import { lineage, readsShared, type SourceReading } from '../lineage/lineage';
import { newestEventsOf, type Pending } from '../refresh/tables/newestEvents';
import { selectOfRowsRead } from '../refresh/tables/selects';
import { temporary } from '../refresh/tables/temporaryTables';
import { keyTypeOf, type SourceTable } from '../systems/sourceTable';
import { inSamplingOrder } from './origins';
import { sampleOf, type Sample } from './sample';

/** A temporary table of the rebuild, as a SELECT; or as columns, where that could not be made of it yet. */
interface Stage {
  readonly name: string;
  readonly select: string;
  readonly columns?: string;
  readonly analyze?: string;
}

export interface Rebuilt {
  readonly table: string;
  readonly staged: string;
  /** Which rows of the table the rebuild speaks for. */
  readonly scope: string;
}

/** What follows a table in a SELECT where it has no other name there. */
const NO_ALIAS = /^$|^\s+(?:where|join|left|cross|on|using|group|order|limit|union)$/;

/** Events that came after what is published are none of its business. */
function untilApplied(definition: string, applied: readonly Pending[]): string {
  return applied.reduce(
    (text, { table: { bronzeTable }, from }) =>
      text.replace(new RegExp(`${bronzeTable}\\b(\\s+\\w+)?`, 'g'), (_, next = '') => {
        if (NO_ALIAS.test(next)) {
          throw new Error(
            `A SELECT reads ${bronzeTable} without an alias: PostgreSQL 15 wants one.`,
          );
        }
        return `(select * from ${bronzeTable} where event_no <= ${from})${next}`;
      }),
    definition,
  );
}

function eventsOf(source: SourceTable, applied: readonly Pending[]): Pending {
  const events = applied.find(({ table }) => table === source);
  if (events === undefined) throw new Error(`bronze.progress has no row for ${source.id}.`);
  return events;
}

function stagesOf(sample: Sample, applied: readonly Pending[]): readonly Stage[] {
  const { silver, defects, shared, marts } = lineage();
  const keysOf = (reading: SourceReading): Stage => ({
    name: temporary.sampled(reading.source),
    select: untilApplied(sample.keys(reading), applied),
    columns: `key_id ${keyTypeOf(reading.source)}`,
    analyze: 'key_id',
  });
  const newestOf = ({ source }: SourceReading): Stage => ({
    name: temporary.newest(source),
    select: untilApplied(
      newestEventsOf(eventsOf(source, applied), sample.condition(source)),
      applied,
    ),
    columns: `key_id ${keyTypeOf(source)}, event_no bigint, carried json, lost text[]`,
    analyze: 'key_id, event_no',
  });
  const read = (each: Declaration): Stage => ({
    name: temporary.read(each.table),
    select: selectOfRowsRead(each),
  });
  const readOfUnits = (each: Declaration): Stage => ({
    name: temporary.read(each.table),
    select: `select * from (${selectOfRowsRead(each)}) each_row where ${sample.scope(each)}`,
  });
  return [
    ...inSamplingOrder().flatMap((reading) => [keysOf(reading), newestOf(reading)]),
    ...[...silver, defects].map(read),
    ...shared.map(readOfUnits),
    ...marts.map((mart) => (readsShared(mart) ? read(mart) : readOfUnits(mart))),
  ];
}

/**
 * Builds the rows of a sample of keys from Bronze, as temporary tables of the transaction under way,
 * which can write to nothing else from then on. Returns what can be compared with what.
 */
export async function rebuild(
  session: Session,
  nights: { readonly night: number; readonly nights: number },
  applied: readonly Pending[],
): Promise<readonly Rebuilt[]> {
  const sample = sampleOf(nights);
  const stages = stagesOf(sample, applied);
  for (const { name, select, columns } of stages) {
    await session.query(
      columns === undefined
        ? `create temporary table ${name} on commit drop as ${select} with no data`
        : `create temporary table ${name} (${columns}) on commit drop`,
    );
  }
  await session.query('set transaction read only');
  // Over many keys a nested loop is never right, and one wrong guess would make it quadratic.
  if (nights.nights === 1) await session.query("select set_config('enable_nestloop', 'off', true)");
  for (const { name, select, analyze } of stages) {
    await session.query(`insert into ${name} ${select}`);
    if (analyze !== undefined) await session.query(`analyze ${name} (${analyze})`);
  }
  const { silver, defects, marts } = lineage();
  return [...silver, defects, ...marts].map((each) => ({
    table: each.table,
    staged: temporary.read(each.table),
    scope: sample.scope(each),
  }));
}
