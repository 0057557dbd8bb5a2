import type { FastifyInstance } from 'fastify';
import type { Knex } from 'knex';
import { collectDefaultMetrics, Counter, Gauge, Registry } from 'prom-client';
import type { LedgerBuffer } from '../../access/ledger/ledgerBuffer';
import { countingBy } from './countingBy';
import { within } from '../basis/deadline';
import { isLeft, LEFT } from '../basis/endedAnswers';
import { durationsBy } from './durations';
import { refreshMetrics } from './refreshMetrics';

const PATIENCE = 2_000;

/**
 * Gauges of the library that bear the name of a counter. Each is the sum of the metric without `_total`,
 * which has the same figures by type.
 */
const MISNAMED = [
  'nodejs_active_handles_total',
  'nodejs_active_requests_total',
  'nodejs_active_resources_total',
];

/** A request that was answered, by what it is counted under. */
export interface CountedRequest {
  readonly route: string;
  readonly method: string;
  readonly status: number;
}

/** Why an answer was ended before the whole of it was sent. */
export type BrokenBecause = 'credential_ended' | 'failed' | 'reader_stalled';

/** Of the buffer before the ledger. */
type WaitingEntries = Pick<LedgerBuffer, 'waiting' | 'longestWait'>;

export interface Metrics {
  countRequest(request: CountedRequest, seconds: number): void;
  countOperation(outcome: string): void;
  /** Counts an operation that was answered before the routes got it; it is among all operations, too. */
  countQuickAnswer(way: 'known' | 'compiled'): void;
  countBroken(why: BrokenBecause): void;
  countClearBins(rows: number): void;
  countBulkRead(): void;
  /** Asked at each reading of the metrics, as the next. */
  watchLedger(entries: WaitingEntries): void;
  subscriptions(count: () => number): void;
}

/** `/metrics` for Prometheus: how the process does, what it answers, how old its data is. Of no caller. */
export function addMetrics(app: FastifyInstance, database: Knex): Metrics {
  const register = new Registry();
  collectDefaultMetrics({ register });
  for (const name of MISNAMED) register.removeSingleMetric(name);
  const registers = [register];

  const durationsOf = durationsBy({
    name: 'techorda_http_request_duration_seconds',
    help: 'How long HTTP requests took, by route, method and status.',
    labelNames: ['route', 'method', 'status'] as const,
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
    registers,
  });
  const countOperation = countingBy(
    'outcome',
    {
      name: 'techorda_graphql_operations_total',
      help: 'GraphQL operations, by outcome: ok, or the code of the first error.',
      registers,
    },
    ['ok', 'INTERNAL_SERVER_ERROR', 'UNAVAILABLE'],
  );
  const countQuickAnswer = countingBy('way', {
    name: 'techorda_quick_answers_total',
    help: 'GraphQL operations that no resolver answered, by how: known, or compiled into a statement.',
    registers,
  });
  const countBroken = countingBy('reason', {
    name: 'techorda_broken_answers_total',
    help: 'Answers and files that the server ended before the whole of them was sent, by why.',
    registers,
  });
  const clearBins = new Counter({
    name: 'techorda_clear_bin_rows_total',
    help: 'Rows with a clear BIN in answers.',
    registers,
  });
  const bulkReads = new Counter({
    name: 'techorda_bulk_reads_total',
    help: 'How often a caller passed LEDGER_BULK_ROWS rows with a clear BIN within an hour.',
    registers,
  });
  const gauge = (name: string, help: string) => new Gauge({ name, help, registers });
  const up = gauge('techorda_database_up', 'Whether the database answered: 1, or 0.');
  const age = gauge(
    'techorda_data_version_age_seconds',
    'Time since the newest publication of data.',
  );
  const pending = gauge(
    'techorda_pending_events',
    'Events that arrived and are not in the data yet.',
  );

  const subscriptions = gauge('techorda_subscriptions', 'Subscriptions under way.');
  let countSubscriptions = () => 0;
  const waiting = gauge(
    'techorda_ledger_waiting',
    'Entries that wait to be written to the ledger.',
  );
  // Some wait at any moment where clear BINs are read; it is how long that says whether they can be written.
  const longestWait = gauge(
    'techorda_ledger_wait_seconds',
    'How long the oldest entry has waited to be written to the ledger.',
  );
  let ledger: WaitingEntries = { waiting: () => 0, longestWait: () => 0 };

  const refreshes = refreshMetrics(register, database);
  const readDatabase = async () => {
    const [found] = await Promise.all([
      within(PATIENCE, freshness(database)).catch(() => undefined),
      within(PATIENCE, refreshes.read()).catch(() => refreshes.forget()),
    ]);
    up.set(found ? 1 : 0);
    age.set(found?.age ?? NaN);
    pending.set(found?.pending ?? NaN);
  };

  const timesOf = new Map<string, (seconds: number) => void>();
  const countRequest = ({ route, method, status }: CountedRequest, seconds: number) => {
    const name = `${method} ${String(status)} ${route}`;
    let count = timesOf.get(name);
    if (!count) {
      count = durationsOf({ route, method, status: String(status) });
      timesOf.set(name, count);
    }
    count(seconds);
  };
  app.addHook('onResponse', async (request, reply) => {
    countRequest(
      {
        // Paths that are no routes are as many as callers like to try.
        route: request.routeOptions.url ?? 'none',
        method: request.method,
        status: isLeft(reply.raw) ? LEFT.status : reply.statusCode,
      },
      reply.elapsedTime / 1_000,
    );
  });
  app.get('/metrics', async (_, reply) => {
    await readDatabase();
    subscriptions.set(countSubscriptions());
    waiting.set(ledger.waiting());
    longestWait.set(ledger.longestWait() / 1_000);
    return reply.type(register.contentType).send(await register.metrics());
  });
  return {
    countRequest,
    countOperation,
    countQuickAnswer,
    countBroken,
    countClearBins: (rows) => clearBins.inc(rows),
    countBulkRead: () => bulkReads.inc(),
    watchLedger: (entries) => {
      ledger = entries;
    },
    subscriptions: (count) => {
      countSubscriptions = count;
    },
  };
}

async function freshness(database: Knex): Promise<{ age: number | null; pending: number }> {
  const { rows }: { rows: { age: number | null; pending: number }[] } = await database.raw(`
    select
      (select extract(epoch from clock_timestamp() - max(published_at))::float8
       from refresh.data_versions) as age,
      (select coalesce(sum(progress.events - applied.event_no), 0)::float8
       from refresh.arrived as progress join refresh.applied using (table_name)) as pending`);
  return rows[0] ?? { age: null, pending: 0 };
}
