import { createClient, type Client } from 'graphql-ws';
import WebSocket from 'ws';
import { publishVersion, serveTest, until, type ServedDatabase } from '../support';

let served: ServedDatabase;
beforeAll(async () => {
  served = await serveTest({ product: true });
});
afterAll(() => served.stop());

const metrics = async () => (await fetch(`${served.url}/metrics`)).text();

const gate = (state: string, table: string, value: number) => ({
  gate: 'bin_missing',
  table,
  state,
  value,
});

test('metrics tell how refreshes went and what waits, in whichever process they ran', async () => {
  const { knex } = served.database;
  const none = await metrics();
  expect(none).toMatch(/^techorda_refresh_runs_total\{status="HELD"\} 0$/m);
  expect(none).toMatch(/^techorda_refresh_held 0$/m);
  await publishVersion(served.database);
  const run = {
    reason: 'schedule',
    full_rebuild: false,
    started_at: '2026-01-01T00:00:00Z',
    finished_at: '2026-01-01T00:00:02.5Z',
  };
  await knex('refresh.runs').insert([
    { ...run, status: 'PUBLISHED', gates: '[]' },
    { ...run, status: 'FAILED' },
    {
      ...run,
      status: 'HELD',
      steps: JSON.stringify([{ step: 'gates', milliseconds: 40 }]),
      gates: JSON.stringify([
        gate('HELD', 'gold.exports', 0.2),
        gate('HELD', 'gold.financing', 0.2),
        gate('PASSED', 'gold.employees', 0.01),
      ]),
    },
    { ...run, status: 'UNCHANGED' },
    { ...run, status: 'RUNNING', finished_at: null },
  ]);
  await knex('bronze.quarantine').insert(
    ['NOT_JSON', 'NOT_JSON', 'NO_KEY'].map((reason_code, index) => ({
      record_hash: Buffer.from([index]),
      reason_code,
      reason: 'The record has a secret of a person.',
      record: Buffer.from('secret'),
      record_bytes: 6,
    })),
  );
  await knex('bronze.connector_records').insert(
    ['a', 'b'].map((topic) => ({
      kind: 'HEARTBEAT',
      topic,
      kafka_partition: 0,
      block: 0,
      kafka_offsets: '{[0,40),[50,51)}',
    })),
  );
  const told = await metrics();
  for (const line of [
    /^techorda_freshness_lag_seconds \d/m,
    /^techorda_refresh_runs_total\{status="PUBLISHED"\} 1$/m,
    /^techorda_refresh_runs_total\{status="FAILED"\} 1$/m,
    /^techorda_refresh_runs_total\{status="UNCHANGED"\} 1$/m,
    /^techorda_refresh_seconds_total\{status="HELD"\} 2\.5$/m,
    /^techorda_refresh_step_seconds\{step="gates"\} 0\.04$/m,
    /^techorda_refresh_running 1$/m,
    /^techorda_refresh_held 1$/m,
    /^techorda_gates\{state="held"\} 2$/m,
    /^techorda_gates\{state="passed"\} 1$/m,
    /^techorda_gates\{state="warned"\} 0$/m,
    /^techorda_gate_value\{gate="bin_missing",table="gold\.exports"\} 0\.2$/m,
    /^techorda_quarantine_records\{reason="NOT_JSON"\} 2$/m,
    /^techorda_quarantine_records\{reason="NO_KEY"\} 1$/m,
    /^techorda_connector_records_total\{kind="HEARTBEAT"\} 82$/m,
  ]) {
    expect(told).toMatch(line);
  }
  expect(told).not.toContain('secret');
});

test('a run that ended before it began, by a clock that was set back, hides no metric', async () => {
  const { knex } = served.database;
  const times = { started_at: '2026-01-02T00:00:00Z', finished_at: '2026-01-01T00:00:00Z' };
  const run = { reason: 'schedule', full_rebuild: false, status: 'UNCHANGED', ...times };
  const ids = await knex('refresh.runs').insert(run).returning<{ run_id: string }[]>('run_id');
  expect(await metrics()).toMatch(/^techorda_refresh_seconds_total\{status="UNCHANGED"\} 2\.5$/m);
  await knex('refresh.runs')
    .whereIn(
      'run_id',
      ids.map(({ run_id }) => run_id),
    )
    .delete();
});

test('who follows a run hears that it is held, over WebSocket and server-sent events', async () => {
  const { knex } = served.database;
  await knex('refresh.runs').where({ status: 'RUNNING' }).delete();
  const [run] = await knex('refresh.runs')
    .insert({ reason: 'schedule', full_rebuild: false, status: 'RUNNING' })
    .returning<{ run_id: string }[]>('run_id');
  const query = `subscription { refreshProgress(runId: "${run?.run_id}") { status dataVersionId } }`;
  const client: Client = createClient({
    url: `${served.url.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    connectionParams: { authorization: `Bearer ${served.key}` },
    retryAttempts: 0,
  });
  const overSocket: string[] = [];
  let ended = false;
  client.subscribe<{ refreshProgress: { status: string } }>(
    { query },
    {
      next: ({ data }) => data && overSocket.push(data.refreshProgress.status),
      error: () => undefined,
      complete: () => (ended = true),
    },
  );
  const events = fetch(`${served.url}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'text/event-stream',
      'x-api-key': served.key,
    },
    body: JSON.stringify({ query }),
  }).then((response) => response.text());
  await until(async () => /^techorda_subscriptions 2$/m.test(await metrics()));
  await knex('refresh.runs')
    .where({ run_id: run?.run_id })
    .update({ status: 'HELD', finished_at: knex.fn.now(), sentence: 'a secret' });
  await until(() => ended);
  expect(overSocket.at(-1)).toBe('HELD');
  const told = await events;
  expect(told).toContain('"status":"HELD","dataVersionId":null');
  expect(told).toMatch(/event: complete\ndata:\n\n$/);
  expect(told).not.toContain('secret');
  await client.dispose();
});
