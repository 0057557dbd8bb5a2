import { setTimeout as pause } from 'node:timers/promises';
import WebSocket from 'ws';
import { createKey } from '../../../../src/api/access/keys/keys';
import { RIGHTS } from '../../../../src/api/access/viewer';
import { withSession } from '../../../../src/ground/database/session';
import { refresh } from '../../../../src/warehouse/refresh/run/refresh';
import { createTestDatabase, type TestDatabase } from '../../../support/databases/database';
import { smallDump } from '../../../support/databases/twinDatabases';
import { loadLines } from '../../../support/databases/warehouse';
import { serveTest, until, type ServedDatabase } from '../support';

let database: TestDatabase;
let compiled: ServedDatabase;
let resolved: ServedDatabase;
let key: string;
beforeAll(async () => {
  database = await createTestDatabase({ poolSize: 8 });
  await loadLines(database.knex, smallDump());
  await refresh(database.knex, { reason: 'test' });
  const { rows } = await database.knex.raw<{ rows: { tables: string }[] }>(
    `select string_agg(format('%I.%I', schemaname, tablename), ', ') as tables
     from pg_tables where schemaname in ('gold', 'silver')`,
  );
  marts = rows[0]?.tables ?? '';
  ({ key } = await createKey(database.knex, { name: 'all', rights: RIGHTS.join(',') }));
  const config = { ANSWER_CACHE_BYTES: 0 };
  const serving = { product: true, database, poolSize: 8, config };
  compiled = await serveTest(serving);
  resolved = await serveTest({ ...serving, compiled: false });
});
afterAll(async () => {
  await resolved.stop();
  await compiled.stop();
});

const COMPANY =
  'nodes { id name bin financing(first: 2) { totalCount nodes { id company { id } } } }';

/** Each way of reading that there is: pages, groups, links, loaders, the search, quality, records. */
const QUERIES = [
  `{ companies(first: 5) { totalCount ${COMPANY} } }`,
  '{ companySearch(text: "тоо") { totalCount nodes { name company { id } participation { status } } } }',
  '{ financing(first: 5) { totalCount nodes { id bin certificate { number source } company { id } report { id } missing { field } } } }',
  '{ financing(first: 5, orderBy: {field: LOAN_FUNDS}) { nodes { loanFunds } } }',
  '{ exportByCountryGroups(by: [COUNTRY_CODE, YEAR]) { totalCount nodes { total { exportIncome } change { exportIncome } share { exportIncome } } } }',
  '{ employeesGroups(by: []) { nodes { rows companies total { residentsCount } } } }',
  '{ company(id: "1") { id name } a: company(bin: "180140000012") { id } }',
  '{ participants(first: 3) { nodes { id status company { id reports(first: 1) { nodes { id } } } } } }',
  '{ reports(first: 3) { nodes { id generalIndicators { incomeTotal } } } }',
  '{ dataQuality { defectCount defects { count } marts { rows years { year } } years { year } } }',
  '{ dataVersion { id lagSeconds pendingEvents } refreshRuns { totalCount nodes { id changes { table } } } }',
  '{ catalogue { marts { name } } quarantine { totalCount nodes { id } } ledger { totalCount nodes { id } } keys { totalCount nodes { id } } }',
] as const;
const CHANGES = [
  'mutation { createKey(name: "of who left", rights: ["marts:read"]) { key record { id } } }',
  'mutation { refresh { id status } }',
  'mutation { revokeKey(id: "99999") { id } }',
] as const;

const ask = ({ url }: ServedDatabase, query: string, signal?: AbortSignal) =>
  fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-api-key': key },
    body: JSON.stringify({ query }),
    ...(signal && { signal }),
  });

/** Backends that wait for a lock. */
async function waiting(): Promise<number> {
  const { rows } = await database.knex.raw<{ rows: { count: number }[] }>(
    `select count(*)::integer as count from pg_stat_activity
     where datname = current_database() and pid <> pg_backend_pid() and wait_event_type = 'Lock'`,
  );
  return rows[0]?.count ?? 0;
}

async function outcomes({ url }: ServedDatabase): Promise<string> {
  const text = await (await fetch(`${url}/metrics`)).text();
  return text
    .split('\n')
    .filter((line) => /^techorda_graphql_operations_total|_seconds_count\{.*status="5/.test(line))
    .filter((line) => !line.endsWith(' 0'))
    .join('\n');
}

/** No line that something failed, and nothing counted as a failure. */
async function expectNoFault(served: ServedDatabase): Promise<void> {
  // What goes on for nobody still has its time to fail.
  await pause(200);
  const lines = served
    .log()
    .split('\n')
    .filter((line) => /"level":(40|50|60)|"level":"(warn|error|fatal)"/.test(line));
  expect(lines).toEqual([]);
  expect(await outcomes(served)).not.toMatch(/INTERNAL_SERVER_ERROR|UNAVAILABLE|status="5/);
}

async function locked(tables: string, work: () => Promise<void>): Promise<void> {
  await withSession(database.knex, async (session) => {
    await session.query('begin');
    await session.query(`lock table ${tables} in access exclusive mode`);
    try {
      await work();
    } finally {
      await session.query('rollback');
    }
  });
  await until(async () => (await waiting()) === 0);
}

const FILES = ['financing.csv', 'companies.ndjson', 'reports.csv'];
/** All that is published. */
let marts: string;

test('all of this is answered to who waits', async () => {
  for (const query of QUERIES) {
    const answer = (await (await ask(resolved, query)).json()) as { errors?: unknown };
    expect([query, answer.errors]).toEqual([query, undefined]);
  }
});

describe.each([['compiled'], ['resolved']] as const)('where answers are %s', (name) => {
  const served = () => (name === 'compiled' ? compiled : resolved);

  test('who hangs up while the database works counts as no fault, whatever was read', async () => {
    for (const query of QUERIES.slice(0, -2)) {
      await locked(marts, async () => {
        const hangUp = new AbortController();
        const asked = ask(served(), query, hangUp.signal).catch(() => undefined);
        await until(async () => (await waiting()) > 0);
        hangUp.abort();
        await asked;
        // The statement is ended, though nobody else's.
        await until(async () => (await waiting()) === 0);
      });
    }
    await expectNoFault(served());
    expect(await outcomes(served())).toContain('outcome="ENDED_BY_CALLER"');
  });

  test('nor does who hangs up at any statement', async () => {
    for (const query of [...QUERIES, ...CHANGES]) {
      for (let last = 1; last <= 12; last += 1) {
        const hangUp = new AbortController();
        let statements = 0;
        const count = () => {
          statements += 1;
          if (statements === last) hangUp.abort();
        };
        served().pool.on('query', count);
        const answer = await ask(served(), query, hangUp.signal).catch(() => undefined);
        await answer?.text().catch(() => undefined);
        served().pool.removeListener('query', count);
        if (statements < last) break;
      }
    }
    await expectNoFault(served());
  });

  test('nor does who leaves a change under way, which is made all the same', async () => {
    await locked('access.ledger', async () => {
      const hangUp = new AbortController();
      const asked = ask(served(), CHANGES[0], hangUp.signal).catch(() => undefined);
      await until(async () => (await waiting()) > 0);
      hangUp.abort();
      await asked;
    });
    await expectNoFault(served());
  });

  test('nor does who leaves a body, a file or a subscription', async () => {
    await locked(marts, async () => {
      // The other server has no files.
      const paths = name === 'compiled' ? FILES : [];
      for (const path of paths) {
        const hangUp = new AbortController();
        const asked = fetch(`${served().url}/export/${path}`, {
          headers: { 'x-api-key': key },
          signal: hangUp.signal,
        }).catch(() => undefined);
        await until(async () => (await waiting()) > 0);
        hangUp.abort();
        await asked;
        await until(async () => (await waiting()) === 0);
      }
    });
    const body = new AbortController();
    const sending = fetch(`${served().url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-api-key': key },
      body: new ReadableStream({ start: (stream) => stream.enqueue(Buffer.from('{"query":')) }),
      duplex: 'half',
      signal: body.signal,
    } as RequestInit).catch(() => undefined);
    await pause(50);
    body.abort();
    await sending;
    const subscription = 'subscription { refreshProgress { runId status } }';
    for (const wait of [0, 20, 100]) {
      const hangUp = new AbortController();
      const stream = fetch(`${served().url}/graphql`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'x-api-key': key,
          accept: 'text/event-stream',
        },
        body: JSON.stringify({ query: subscription }),
        signal: hangUp.signal,
      }).catch(() => undefined);
      await pause(wait);
      hangUp.abort();
      await stream;

      const socket = new WebSocket(
        `${served().url.replace('http', 'ws')}/graphql`,
        'graphql-transport-ws',
        { headers: { 'x-api-key': key } },
      );
      socket.on('error', () => undefined);
      socket.on('open', () => {
        socket.send('{"type":"connection_init"}');
        socket.on('message', () => {
          socket.send(
            JSON.stringify({ id: '1', type: 'subscribe', payload: { query: subscription } }),
          );
          socket.send('{"id":"1","type":"complete"}');
          setTimeout(() => socket.terminate(), wait);
        });
      });
      await new Promise((resolve) => {
        socket.once('close', resolve);
      });
    }
    await expectNoFault(served());
  });
});
