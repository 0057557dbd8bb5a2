import type { Session } from '../../database/session';
import { SOURCE_TABLES, type SourceTable } from '../../database/sourceTables';
import { definitionOf, goldTables } from '../definition';
import { newestEventsOf, type Pending } from '../newestEvents';
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

const KEYS = 'key_id integer';
const NEWEST = 'key_id integer, event_no bigint, carried json, lost text[]';

/** A rebuild looks at the rows that it made itself, not at those that it is to judge. */
function ofRebuild(definition: string): string {
  return definition.replace(
    /\bsilver\.(companies|service_requests|service_report_v2)\b/g,
    'read_$1',
  );
}

/** Events that came after what is published are none of its business. */
function untilApplied(definition: string, applied: readonly Pending[]): string {
  return applied.reduce(
    (text, { table, from }) =>
      text.replaceAll(
        `bronze.${table}_cdc`,
        `(select * from bronze.${table}_cdc where event_no <= ${from})`,
      ),
    definition,
  );
}

function stagesOf(
  sample: Sample,
  applied: readonly Pending[],
  demonstration: boolean,
): readonly Stage[] {
  const keysOf = (table: SourceTable): Stage => ({
    name: `sampled_${table}`,
    select: untilApplied(sample.keys[table], applied),
    columns: KEYS,
    analyze: 'key_id',
  });
  const newestOf = (table: SourceTable): Stage => ({
    name: `newest_${table}`,
    select: untilApplied(newestEventsOf(table, sample.condition(table), demonstration), applied),
    columns: NEWEST,
    analyze: 'key_id, event_no',
  });
  const silver = (name: string): Stage => ({
    name: `read_${name}`,
    select: ofRebuild(definitionOf('silver', name)),
  });
  return [
    // Requests first: a report brings its request along, and a request its company.
    keysOf('service_servicerequest'),
    newestOf('service_servicerequest'),
    silver('service_requests'),
    keysOf('account_company'),
    newestOf('account_company'),
    silver('companies'),
    silver('techpark_participants'),
    keysOf('service_report'),
    newestOf('service_report'),
    silver('service_report_v2'),
    silver('defects'),
    {
      name: 'signed_reports',
      select: `select * from (${ofRebuild(definitionOf('silver', 'signed_reports'))}) report
        where ${sample.wholeRequests}`,
    },
    ...goldTables().map((name) => ({ name: `read_${name}`, select: definitionOf('gold', name) })),
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
  demonstration: boolean,
): Promise<readonly Rebuilt[]> {
  const sample = sampleOf(nights);
  const stages = stagesOf(sample, applied, demonstration);
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
  return [
    { table: 'silver.companies', scope: sample.among('company_id', 'account_company') },
    {
      table: 'silver.service_requests',
      scope: sample.among('service_request_id', 'service_servicerequest'),
    },
    {
      table: 'silver.techpark_participants',
      scope: sample.among('service_request_id', 'service_servicerequest'),
    },
    { table: 'silver.service_report_v2', scope: sample.among('report_id', 'service_report') },
    {
      table: 'silver.defects',
      scope: SOURCE_TABLES.map(
        (table) => `source_table = '${table}' and ${sample.among('key_id', table)}`,
      ).join(' or '),
    },
    ...goldTables().map((name) => ({
      table: `gold.${name}`,
      scope: sample.wholeRequests,
    })),
  ].map(({ table, scope }) => ({ table, scope, staged: `read_${table.split('.')[1] ?? ''}` }));
}
