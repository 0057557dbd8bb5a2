import type { Knex } from 'knex';
import { Counter, Gauge, type Registry } from 'prom-client';

interface Counted {
  readonly lag: number | null;
  readonly quarantine: Readonly<Record<string, number>> | null;
  readonly connector: Readonly<Record<string, number>> | null;
  readonly outcomes: readonly {
    readonly status: string;
    readonly runs: number;
    readonly seconds: number;
  }[];
  readonly steps: readonly { readonly step: string; readonly milliseconds: number }[] | null;
  readonly gates:
    | readonly {
        readonly gate: string;
        readonly table: string;
        readonly state: string;
        readonly value: number;
      }[]
    | null;
  readonly held: boolean;
  readonly running: boolean;
  /** Of the newest comparison with a rebuild. */
  readonly reconciled: { readonly age: number; readonly differences: number | null } | null;
}

/** The newest run that made something, published or not, and what the gates said of it. */
const COUNTED = `
  with judged as (
    select status, steps, gates from refresh.runs
    where status in ('PUBLISHED', 'HELD') order by run_id desc limit 1
  )
  select
    (select extract(epoch from clock_timestamp() - source_time)::float8
     from refresh.data_versions order by data_version_id desc limit 1) as lag,
    (select json_object_agg(reason_code, waiting) from refresh.quarantined) as quarantine,
    (select json_object_agg(kind, records) from refresh.connector_records) as connector,
    (select coalesce(json_agg(each_status), '[]') from (
       select status, count(*) as runs,
         -- A clock that was set back may have ended a run before it began; a counter takes no less than 0.
         coalesce(sum(greatest(extract(epoch from finished_at - started_at), 0)), 0)::float8 as seconds
       from refresh.runs where status <> 'RUNNING' group by status
     ) each_status) as outcomes,
    (select steps from judged) as steps,
    (select gates from judged) as gates,
    coalesce((select status = 'HELD' from judged), false) as held,
    exists (select from refresh.runs where status = 'RUNNING') as running,
    (select json_build_object(
       'age', extract(epoch from clock_timestamp() - finished_at)::float8,
       'differences', case when error is null then (
         select coalesce(sum((each.value ->> 'rows')::bigint), 0)
         from jsonb_array_elements(differences) each
       ) end
     ) from refresh.reconciliations order by reconciliation_id desc limit 1) as reconciled`;

const GATE_STATES = ['passed', 'warned', 'held', 'released'];
const STATUSES = ['PUBLISHED', 'UNCHANGED', 'FAILED', 'HELD'];

export interface RefreshMetrics {
  /** Reads them again. Throws where the database does not answer. */
  read(): Promise<void>;
  /** Nothing is known at the moment. */
  forget(): void;
}

/**
 * How the refresh does, out of its records: so every process of the API tells the same, also of workers
 * elsewhere, which have no address to be asked at.
 */
export function refreshMetrics(register: Registry, database: Knex): RefreshMetrics {
  const registers = [register];
  const gauge = <Label extends string = never>(name: string, help: string, ...labels: Label[]) =>
    new Gauge({ name, help, labelNames: labels, registers });
  const counter = <Label extends string>(name: string, help: string, ...labels: Label[]) =>
    new Counter({ name, help, labelNames: labels, registers });

  const lag = gauge(
    'techorda_freshness_lag_seconds',
    'Time since the newest event in the published data happened at the source.',
  );
  const quarantine = gauge(
    'techorda_quarantine_records',
    'Records that could not be read and wait, by reason.',
    'reason',
  );
  const connector = counter(
    'techorda_connector_records_total',
    "Records of the connector's own, such as heartbeats, that loads passed over, by kind.",
    'kind',
  );
  const runs = counter(
    'techorda_refresh_runs_total',
    'Refreshes that ended, by outcome.',
    'status',
  );
  const seconds = counter(
    'techorda_refresh_seconds_total',
    'How long these refreshes took together, by outcome.',
    'status',
  );
  const step = gauge(
    'techorda_refresh_step_seconds',
    'How long each step took of the newest refresh that had something to do.',
    'step',
  );
  const running = gauge('techorda_refresh_running', 'Whether a refresh is under way: 1, or 0.');
  const held = gauge(
    'techorda_refresh_held',
    'Whether data-quality gates hold back what would be published: 1, or 0.',
  );
  const gates = gauge('techorda_gates', 'Data-quality gates of tables, by state.', 'state');
  const values = gauge(
    'techorda_gate_value',
    'What each gate found of each table, in rows or percent.',
    'gate',
    'table',
  );
  const reconciled = gauge(
    'techorda_reconciliation_age_seconds',
    'Time since published rows were compared with a rebuild.',
  );
  const differences = gauge(
    'techorda_reconciliation_differences',
    'Rows that differed from the rebuild then; no number where they could not be compared.',
  );
  const all = [
    lag,
    quarantine,
    connector,
    runs,
    seconds,
    step,
    running,
    held,
    gates,
    values,
    reconciled,
    differences,
  ];

  return {
    async read() {
      const { rows } = await database.raw<{ rows: Counted[] }>(COUNTED);
      for (const metric of all) metric.reset();
      const [now] = rows;
      if (!now) return;
      lag.set(now.lag ?? Number.NaN);
      for (const [reason, waiting] of Object.entries(now.quarantine ?? {})) {
        quarantine.set({ reason }, waiting);
      }
      for (const [kind, records] of Object.entries(now.connector ?? {})) {
        connector.inc({ kind }, records);
      }
      for (const status of STATUSES) {
        const outcome = now.outcomes.find((each) => each.status === status);
        runs.inc({ status }, outcome?.runs ?? 0);
        seconds.inc({ status }, outcome?.seconds ?? 0);
      }
      for (const { step: name, milliseconds } of now.steps ?? []) {
        step.set({ step: name }, milliseconds / 1_000);
      }
      reconciled.set(now.reconciled?.age ?? Number.NaN);
      differences.set(now.reconciled?.differences ?? Number.NaN);
      running.set(now.running ? 1 : 0);
      held.set(now.held ? 1 : 0);
      for (const state of GATE_STATES) {
        const found = now.gates?.filter((gate) => gate.state.toLowerCase() === state) ?? [];
        gates.set({ state }, found.length);
      }
      for (const { gate, table, value } of now.gates ?? []) values.set({ gate, table }, value);
    },
    forget() {
      for (const metric of all) metric.reset();
      // 0, as they are once reset, would be good news.
      for (const metric of [lag, running, held, reconciled, differences]) metric.set(Number.NaN);
    },
  };
}
