import type { Knex } from 'knex';
import {
  connectorText,
  connectorTotal,
  type ConnectorCounts,
} from '../warehouse/bronze/connectorCounts';
import type { GateResult } from '../warehouse/gates/judgement';
import { isoMoment } from '../ground/types/dateTime';
import { gateText, releaseText, saysSomething } from './telling/gateText';
import {
  lastReconciliationText,
  readLastReconciliation,
  type LastReconciliation,
} from './telling/lastReconciliation';
import { sourceSystems } from '../warehouse/systems/declaredSystems';
import { count, oneLine, type Write } from './telling/writing';

interface Status {
  readonly dataVersion: {
    readonly id: string;
    readonly publishedAt: string;
    readonly sourceTime: string | null;
    readonly lagSeconds: number | null;
    readonly demonstration: boolean;
  } | null;
  readonly pendingEvents: number;
  readonly quarantined: number;
  /** Records of the connector's own that all loads passed over, by kind. */
  readonly connectorRecords: ConnectorCounts;
  readonly lastRuns: readonly {
    readonly id: string;
    readonly status: string;
    readonly reason: string;
    readonly startedAt: string;
    readonly error: string | null;
  }[];
  /** The run that data-quality gates hold back, where nothing was published since. */
  readonly held: { readonly runId: string; readonly gates: readonly GateResult[] } | null;
  readonly releases: readonly Release[];
  /** The newest comparison of what is published with a rebuild. */
  readonly reconciliation: LastReconciliation | null;
  readonly rows: Readonly<Record<string, number>>;
}

/** A gate that somebody lets pass. */
interface Release {
  readonly gate: string;
  readonly table: string;
  readonly by: string;
  readonly why: string;
  readonly at: string;
}

async function readHeld(database: Knex): Promise<Status['held']> {
  const newest = await database('refresh.runs')
    .whereIn('status', ['HELD', 'PUBLISHED'])
    .orderBy('run_id', 'desc')
    .first<{ run_id: string; status: string; gates: GateResult[] } | undefined>(
      'run_id',
      'status',
      'gates',
    );
  if (newest?.status !== 'HELD') return null;
  return { runId: newest.run_id, gates: newest.gates.filter(saysSomething) };
}

async function readReleases(database: Knex): Promise<readonly Release[]> {
  const releases = await database('refresh.releases')
    .whereNull('ended_version')
    .orderBy('release_id')
    .select<Release[]>({
      gate: 'gate',
      table: 'table_name',
      by: 'released_by',
      why: 'why',
      at: 'released_at',
    });
  return releases.map((release) => ({ ...release, at: isoMoment(release.at) }));
}

async function readConnectorRecords(database: Knex): Promise<ConnectorCounts> {
  const rows = await database('refresh.connector_records')
    .orderBy('kind')
    .select<{ kind: string; records: string }[]>('kind', 'records');
  return Object.fromEntries(rows.map(({ kind, records }) => [kind, Number(records)]));
}

async function countRows(database: Knex): Promise<Record<string, number>> {
  // The partitions of a table are counted with it.
  const { rows: tables } = await database.raw<{ rows: { name: string }[] }>(
    `select nspname || '.' || relname as name
     from pg_class join pg_namespace on pg_namespace.oid = relnamespace
     where nspname in ('silver', 'gold') and relkind in ('r', 'p') and not relispartition`,
  );
  const names = [
    ...sourceSystems().tables.map(({ bronzeTable }) => bronzeTable),
    ...tables.map(({ name }) => name),
  ];
  const counts: Record<string, number> = {};
  for (const name of names.sort()) {
    const { rows } = await database.raw<{ rows: { count: string }[] }>(
      `select count(*) from ${name}`,
    );
    counts[name] = Number(rows[0]?.count ?? 0);
  }
  return counts;
}

async function readStatus(database: Knex): Promise<Status> {
  const version = await database('refresh.data_versions').orderBy('data_version_id', 'desc').first<
    | {
        data_version_id: string;
        published_at: string;
        source_time: string | null;
        demonstration: boolean;
        lag: number | null;
      }
    | undefined
  >('*', database.raw('extract(epoch from now() - source_time)::float8 as lag'));
  const { rows: pending } = await database.raw<{ rows: { pending: string }[] }>(
    `select sum(events - event_no) as pending
     from bronze.progress join refresh.applied using (table_name)`,
  );
  const { rows: waiting } = await database.raw<{ rows: { count: string }[] }>(
    'select coalesce(sum(waiting), 0) as count from refresh.quarantined',
  );
  const runs = await database('refresh.runs')
    .orderBy('run_id', 'desc')
    .limit(5)
    .select<
      { id: string; status: string; reason: string; startedAt: string; error: string | null }[]
    >({
      id: 'run_id',
      status: 'status',
      reason: 'reason',
      startedAt: 'started_at',
    })
    .select(database.raw('coalesce(sentence, error) as error'));
  return {
    dataVersion:
      version === undefined
        ? null
        : {
            id: version.data_version_id,
            publishedAt: isoMoment(version.published_at),
            sourceTime: version.source_time === null ? null : isoMoment(version.source_time),
            lagSeconds: version.lag === null ? null : Math.round(version.lag),
            demonstration: version.demonstration,
          },
    pendingEvents: Number(pending[0]?.pending ?? 0),
    quarantined: Number(waiting[0]?.count ?? 0),
    connectorRecords: await readConnectorRecords(database),
    lastRuns: runs.map((run) => ({ ...run, startedAt: isoMoment(run.startedAt) })),
    held: await readHeld(database),
    releases: await readReleases(database),
    reconciliation: await readLastReconciliation(database),
    rows: await countRows(database),
  };
}

/** `techorda status`: what is served, how fresh it is, how the last runs ended. */
export async function printStatus(
  database: Knex,
  { json }: { readonly json?: boolean | undefined },
  write: Write,
): Promise<void> {
  const status = await readStatus(database);
  if (json) return write(`${JSON.stringify(status, null, 2)}\n`);
  const { dataVersion } = status;
  if (dataVersion === null) write('Data version    none published yet\n');
  else {
    const kind = dataVersion.demonstration ? ', of demonstration data' : '';
    write(`Data version    ${dataVersion.id}, published ${dataVersion.publishedAt}${kind}\n`);
    write(`Source time     ${dataVersion.sourceTime ?? 'unknown'}\n`);
  }
  write(`Pending events  ${count(status.pendingEvents)}\n`);
  write(`Quarantine      ${count(status.quarantined)}\n`);
  if (connectorTotal(status.connectorRecords) > 0) {
    write(`Passed over     ${connectorText(status.connectorRecords)}\n`);
  }
  write('Last runs\n');
  for (const { id, status: end, reason, startedAt, error } of status.lastRuns) {
    write(
      `  ${id.padStart(4)}  ${end.padEnd(9)}  ${startedAt}  ${reason}${error ? `: ${error}` : ''}\n`,
    );
  }
  if (status.held) {
    const { runId, gates } = status.held;
    write(`Held back       run ${runId}, by data-quality gates; the last version is served\n`);
    write(`${gates.map(gateText).join('')}  ${releaseText(runId, gates)}`);
  }
  if (status.releases.length > 0) write('Released gates\n');
  for (const { gate, table, by, why, at } of status.releases) {
    write(`  ${gate} of ${table}, by ${oneLine(by)} on ${at}: ${oneLine(why)}\n`);
  }
  if (status.reconciliation) write(lastReconciliationText(status.reconciliation));
  write('Rows\n');
  for (const [table, rows] of Object.entries(status.rows)) {
    write(`  ${table.padEnd(36)} ${count(rows).padStart(10)}\n`);
  }
}
