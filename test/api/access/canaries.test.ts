import { Writable } from 'node:stream';
import fc from 'fast-check';
import { pino } from 'pino';
import { createKey } from '../../../src/api/access/keys/keys';
import type { Right } from '../../../src/api/access/viewer';
import { printQuarantine } from '../../../src/commands/quarantine';
import { printStatus } from '../../../src/commands/status';
import { requestRefresh } from '../../../src/ground/database/queue/refreshQueue';
import { refresh } from '../../../src/warehouse/refresh/run/refresh';
import { startWorker } from '../../../src/warehouse/schedule/worker';
import { createSchema } from '../../../src/api/resolvers/schema';
import { serveTest, until, type ServedDatabase } from '../server/support';
import { model } from '../../support/asking/ask';
import { createTestDatabase, type TestDatabase } from '../../support/databases/database';
import {
  BINS,
  company,
  EMAIL,
  hidden,
  IIN,
  LINES,
  ofNobody,
  PERSON,
} from '../../support/databases/plantedEvents';
import { questions } from '../../support/asking/questions';
import { scalarsAbout } from '../../support/asking/scalarsAbout';
import { change, dumpLine, loadLines, reportRow } from '../../support/databases/warehouse';

const RUNS = Number(process.env['FUZZ_RUNS'] ?? 60);
jest.setTimeout(180_000 + RUNS * 1_000);

const [FIRST = '', SECOND = '', THIRD = ''] = BINS;

const CALLERS: readonly (readonly Right[])[] = [
  ['marts:read'],
  ['marts:read', 'quality:read', 'bin:lookup', 'refresh:run', 'keys:manage'],
];

/** All that was logged or printed, for whoever reads it. */
let logged = '';
const log = pino(
  { level: 'trace', base: null },
  new Writable({
    write(chunk: Buffer, _, done) {
      logged += chunk.toString();
      done();
    },
  }),
);
const write = (text: string) => {
  logged += text;
};

let database: TestDatabase;
let served: ServedDatabase;
let keys: readonly string[];

beforeAll(async () => {
  database = await createTestDatabase();
  write(JSON.stringify(await loadLines(database.knex, LINES)));
  write(JSON.stringify(await refresh(database.knex, { reason: 'test' })));
  served = await serveTest({ product: true, database, config: { MASK_BIN_FROM_YEAR: 0 } });
  keys = await Promise.all(
    CALLERS.map(async (rights) => {
      const wish = { name: 'canary', rights: rights.join(',') };
      return (await createKey(database.knex, wish)).key;
    }),
  );
});
afterAll(() => served.stop());

async function answerTo(caller: number, query: string): Promise<string> {
  const response = await fetch(`${served.url}/graphql`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${keys[caller] ?? ''}`,
      'content-type': 'application/json',
    },
    body: JSON.stringify({ query }),
  });
  return [response.statusText, ...[...response.headers].flat(), await response.text()].join('\n');
}

async function fileFor(caller: number, path: string): Promise<string> {
  const headers = { authorization: `Bearer ${keys[caller] ?? ''}` };
  const response = await fetch(`${served.url}/export/${path}`, { headers });
  // What fails in the midst of a file ends it.
  const text = await response.text().catch(() => '');
  return [...[...response.headers].flat(), text].join('\n');
}

function expectNone(text: string): void {
  expect(hidden.findIn(text)).toEqual([]);
  expect(ofNobody.findIn(text)).toEqual([]);
}

test('a watch finds what is planted in any form', () => {
  const cursor = Buffer.from(JSON.stringify(['1', 'x', [FIRST]])).toString('base64url');
  for (const text of [
    `"${FIRST}"`,
    `{"after":"${cursor}"}`,
    Buffer.from(`1${FIRST}`).toString('base64'),
    Buffer.from(`ab ${FIRST}!`).toString('base64url'),
    Buffer.from(FIRST).toString('hex').toUpperCase(),
  ]) {
    expect(hidden.findIn(text)).not.toEqual([]);
  }
  for (const text of [
    PERSON.toUpperCase(),
    encodeURIComponent(PERSON),
    EMAIL.replace('@', '\\u0040'),
  ]) {
    expect([text, ofNobody.findIn(JSON.parse(`"${text}"`) as string)]).not.toEqual([text, []]);
  }
  expect(hidden.findIn('777777123456 and 180140000013')).toEqual([]);
});

test('personal data lie in Bronze and in no other table', async () => {
  const { rows: tables } = await database.knex.raw<{ rows: { name: string }[] }>(
    `select format('%I.%I', table_schema, table_name) as name from information_schema.tables
     where table_schema not in ('bronze', 'pg_catalog', 'information_schema') order by 1`,
  );
  expect(tables.length).toBeGreaterThan(15);
  for (const { name } of tables) {
    const { rows } = await database.knex.raw<{ rows: { row: string }[] }>(
      `select kept::text as row from ${name} as kept`,
    );
    expect([name, ofNobody.findIn(rows.map(({ row }) => row).join('\n'))]).toEqual([name, []]);
  }
});

test('no BIN reaches who may not read it, and no personal data anybody', async () => {
  expect(await answerTo(0, '{ reports { nodes { bin companyName } } }')).toContain('777777');
  const asked = questions(createSchema(model), {
    // Who gives a value sees it again in the sentence that refuses it; so nothing planted is given.
    scalars: scalarsAbout(['777777', 'ТОО', '12', '@', 'ИТ']),
    favoured: 'bin',
  });
  await fc.assert(
    fc.asyncProperty(asked, fc.nat(CALLERS.length - 1), async (query, caller) =>
      expectNone(await answerTo(caller, query)),
    ),
    { numRuns: RUNS },
  );
});

test('what was planted is not found by what it says of other rows: texts cannot be searched for it', async () => {
  for (const value of [FIRST, SECOND, THIRD, IIN, EMAIL, PERSON]) {
    for (const filter of [`companyName: {contains: "${value}"}`, `bin: {startsWith: "${value}"}`]) {
      const answer = await answerTo(1, `{ generalIndicators(filter: {${filter}}) { totalCount } }`);
      expect(answer).toContain('"totalCount":0');
    }
  }
});

test('every value of the rows is shown without them', async () => {
  const fields = model.marts.map(({ rootField, measures, dimensions }) => {
    const own = [...dimensions, ...measures].map(({ field }) => field).join(' ');
    return `${rootField} { edges { cursor } nodes { ${own} company { name shortName bin } participation { companyName bin deactivationReason }
      missing { field reason defects { column value reason } } } }`;
  });
  for (const caller of [0, 1]) {
    for (const field of fields) expectNone(await answerTo(caller, `{ ${field} }`));
    expectNone(
      await answerTo(caller, '{ companies { edges { cursor } nodes { name shortName bin } } }'),
    );
  }
});

test('every file is without them', async () => {
  for (const { rootField } of [...model.marts, ...model.entities]) {
    for (const caller of [0, 1]) {
      for (const format of ['csv', 'ndjson']) {
        const file = await fileFor(caller, `${rootField}.${format}`);
        expect(file).toContain('x-total-count');
        expectNone(file);
      }
    }
  }
});

test('metrics, health and what commands print tell nothing', async () => {
  for (const path of ['/metrics', '/healthz', '/readyz']) {
    const answer = await fetch(`${served.url}${path}`);
    expectNone(await answer.text());
  }
  await printStatus(database.knex, { json: true }, write);
  await printQuarantine(database.knex, { json: true }, write);
  expect(logged).toContain('quarantine');
});

/** What PostgreSQL says of a failure quotes values: of a cast, a constraint, a unique key. */
const FAILURES = [
  {
    what: 'a table whose values cannot be read',
    breaks: `alter table gold.financing rename to financing_whole;
      create view gold.financing as select report_id, service_request_id, company_id, year, report_type,
        certificate_number, bin, bin_pseudonym, company_name, signed_at, superseded, government_support,
        (bin || ' ${IIN}')::numeric as loan_funds, foreign_loan_funds, authorized_capital_increase,
        total_funding, attracted_investments from gold.financing_whole`,
    mends: 'drop view gold.financing; alter table gold.financing_whole rename to financing',
  },
  {
    what: 'a table that is gone',
    breaks: 'alter table gold.financing rename to financing_gone',
    mends: 'alter table gold.financing_gone rename to financing',
  },
  {
    what: 'a column that is gone',
    breaks: 'alter table gold.financing rename column loan_funds to funds_gone',
    mends: 'alter table gold.financing rename column funds_gone to loan_funds',
  },
];

test.each(FAILURES)('a failure by $what quotes nothing', async ({ breaks, mends }) => {
  await database.knex.raw(breaks);
  try {
    for (const caller of [0, 1]) {
      const filter = `filter: {bin: {ne: "${FIRST}"}}`;
      const answer = await answerTo(caller, `{ financing(${filter}) { nodes { bin loanFunds } } }`);
      expect(answer).toContain('"errors"');
      expectNone(answer);
      const given = encodeURIComponent(`{"bin":{"ne":"${FIRST}"}}`);
      expectNone(await fileFor(caller, `financing.csv?fields=bin,loanFunds&filter=${given}`));
    }
  } finally {
    await database.knex.raw(mends);
  }
  expect(served.log()).toContain('financing');
});

test('a statement that takes too long tells nothing of what it read', async () => {
  const slow = await serveTest({
    product: true,
    database: await createTestDatabase(),
    databaseUrl: database.url,
    config: { STATEMENT_TIMEOUT_MS: 1, MASK_BIN_FROM_YEAR: 0 },
  });
  try {
    const headers = {
      authorization: `Bearer ${keys[0] ?? ''}`,
      'content-type': 'application/json',
    };
    const query = `{ reports(filter: {companyName: {ne: "${FIRST}"}}) { nodes { bin companyName } } }`;
    const body = JSON.stringify({ query });
    const answer = await fetch(`${slow.url}/graphql`, { method: 'POST', headers, body });
    expectNone(await answer.text());
    expectNone(slow.log());
  } finally {
    await slow.stop();
  }
});

test('a refresh that fails over a row says so without the row, in its record, its log and its error', async () => {
  const { knex } = database;
  await knex.raw(`alter table gold.exports add constraint refused check (bin is null) not valid`);
  await knex.raw(`create function silver.refuse() returns trigger language plpgsql as
    $$ begin raise exception 'The row of % is refused, says ${EMAIL}', new.tin; end $$;
    create trigger refuse before insert or update on silver.companies for each row execute function silver.refuse()`);
  const worker = await startWorker({ databaseUrl: database.url, schedule: '0 0 1 1 0', log });
  try {
    await loadLines(knex, [
      dumpLine(
        change(company(1, { name: 'ТОО «Новый»', tin: FIRST }), {
          offset: 9,
          lsn: 99,
          op: 'u',
          table: 'account_company',
        }),
      ),
      dumpLine(
        change(reportRow(9, { service_request_id: 1, data: { company_tin: FIRST } }), {
          offset: 9,
        }),
      ),
    ]);
    for (const mend of [
      'drop trigger refuse on silver.companies',
      'alter table gold.exports drop constraint refused',
    ]) {
      const before = (await knex('refresh.runs').where({ status: 'FAILED' })).length;
      await requestRefresh(knex, { reason: 'test', full: true });
      await until(
        async () => (await knex('refresh.runs').where({ status: 'FAILED' })).length > before,
        20_000,
      );
      await knex.raw(mend);
    }
  } finally {
    await worker.stop();
  }
  const errors = (
    await knex('refresh.runs').whereNotNull('error').select<{ error: string }[]>('error')
  ).map(({ error }) => error);
  expect(errors.join('\n')).toContain('refused');
  expectNone(errors.join('\n'));
  expectNone(await answerTo(1, '{ refreshRuns { nodes { status reason steps { step } } } }'));
  const { rows: jobs } = await knex.raw<{ rows: { job: string }[] }>(
    'select jobs::text as job from graphile_worker._private_jobs as jobs',
  );
  expectNone(jobs.map(({ job }) => job).join('\n'));
});

test('nothing of it was logged or printed by anything above', () => {
  expectNone(logged);
  expectNone(served.log());
});
