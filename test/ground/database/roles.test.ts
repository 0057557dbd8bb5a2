import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import type { Knex } from 'knex';
import { createKey } from '../../../src/api/access/keys/keys';
import { ingestDumpFile } from '../../../src/warehouse/bronze/dumpFile';
import { printRoles } from '../../../src/commands/roles';
import { loadConfig } from '../../../src/config/config';
import { connect } from '../../../src/ground/database/connecting/connect';
import { keepMaskedViews } from '../../../src/ground/database/accounts/maskedViews';
import { migrate } from '../../../src/ground/database/migrating/migrate';
import { requestRefresh } from '../../../src/ground/database/queue/refreshQueue';
import {
  makeRoles,
  roleName,
  ROLES,
  type DatabaseRole,
} from '../../../src/ground/database/accounts/roles';
import { maskedViews } from '../../../src/api/query/views/maskedViews';
import { refresh } from '../../../src/warehouse/refresh/run/refresh';
import { createSchema } from '../../../src/api/resolvers/schema';
import { fetchJson, post, serveTest, until, type ServedDatabase } from '../../api/server/support';
import { model } from '../../support/asking/ask';
import { createTestDatabase, type TestDatabase } from '../../support/databases/database';
import { questions } from '../../support/asking/questions';
import { scalarsAbout } from '../../support/asking/scalarsAbout';
import { loadLines, MAX_EVENT_BYTES } from '../../support/databases/warehouse';
import { fixture } from '../../support/places';

const DUMP = fixture('small/bronze.ndjson.gz');
const PREFIX = `techorda_test_${randomBytes(4).toString('hex')}`;
const RUNS = Number(process.env['FUZZ_RUNS'] ?? 40);
jest.setTimeout(180_000 + RUNS * 1_000);
const ALL_YEARS = { fromYear: 0, policy: 'year' } as const;
const LATER_YEARS = { fromYear: 2021, policy: 'year' } as const;
const config = loadConfig({ MASK_BIN_FROM_YEAR: '2021' });

let warehouse: TestDatabase;
/** A pool for each role, by an account of its own that logs in. */
let as: Readonly<Record<DatabaseRole, Knex>>;
let urls: Readonly<Record<DatabaseRole, string>>;
let printed = '';

beforeAll(async () => {
  warehouse = await createTestDatabase();
  await ingestDumpFile(warehouse.knex, DUMP, { maxEventBytes: MAX_EVENT_BYTES });
  await loadLines(warehouse.knex, ['no record']);
  await refresh(warehouse.knex, { reason: 'test' });
  await printRoles(
    warehouse.knex,
    config,
    PREFIX,
    (text) => (printed += text),
    () => undefined,
  );
  const logins = ROLES.map((role) => [role, `${roleName(PREFIX, role)}_login`] as const);
  for (const [role, login] of logins) {
    await warehouse.knex.raw(
      `create role ${login} login password 'secret' in role ${roleName(PREFIX, role)}`,
    );
  }
  urls = Object.fromEntries(
    logins.map(([role, login]) => {
      const address = new URL(warehouse.url);
      address.username = login;
      address.password = 'secret';
      return [role, address.href];
    }),
  ) as typeof urls;
  as = Object.fromEntries(
    logins.map(([role]) => [role, connect(urls[role], { poolSize: 3, applicationName: role })]),
  ) as typeof as;
});
afterAll(async () => {
  await Promise.all(Object.values(as).map((pool) => pool.destroy()));
  for (const role of ROLES) {
    const name = roleName(PREFIX, role);
    await warehouse.knex.raw(
      `drop owned by ${name}_login, ${name}; drop role ${name}_login, ${name}`,
    );
  }
  await warehouse.drop();
});

const DENIED = '42501';
async function codeOf(pool: Knex, statement: string): Promise<unknown> {
  return pool.raw(statement).then(
    () => 'allowed',
    (error: { code?: string }) => error.code,
  );
}

async function tablesIn(...schemas: string[]): Promise<string[]> {
  const { rows } = await warehouse.knex.raw<{ rows: { name: string }[] }>(
    `select format('%I.%I', table_schema, table_name) as name from information_schema.tables
     where table_schema = any(?::text[]) order by 1`,
    [schemas] as unknown as Knex.RawBinding[],
  );
  return rows.map(({ name }) => name);
}

test('the command says what each role is for, and may be repeated', async () => {
  expect(printed).toContain(
    `${PREFIX}_analyst  reads the views of gold_masked alone, BINs of 2021 and later`,
  );
  await makeRoles(warehouse.knex, PREFIX);
});

test('who may not make roles is told what to run, and whose name cannot be one is told so', async () => {
  await expect(makeRoles(as.api, `${PREFIX}_x`)).rejects.toThrow(
    `  create role ${PREFIX}_x_api nologin;\n  create role ${PREFIX}_x_worker nologin;`,
  );
  await expect(makeRoles(warehouse.knex, 'x"; drop')).rejects.toThrow(
    'cannot begin the names of roles',
  );
});

describe('the analyst', () => {
  test('reads every mart, with the pseudonyms and certificates that the API shows', async () => {
    for (const { table } of model.marts) {
      const view = table.replace('gold.', 'gold_masked.');
      const { rows } = await as.analyst.raw<{ rows: Record<string, unknown>[] }>(
        `select * from ${view}`,
      );
      const { rows: whole } = await warehouse.knex.raw<{
        rows: { bin: string; bin_pseudonym: string; year: number }[];
      }>(`select bin, bin_pseudonym, year from ${table}`);
      expect([view, rows.length]).toEqual([view, whole.length]);
      const hidden = new Set(whole.filter(({ year }) => year >= 2021).map(({ bin }) => bin));
      for (const row of rows) {
        const masked = Number(row['year']) >= 2021 && row['bin'] !== null;
        expect(row['bin_masked']).toBe(masked);
        if (masked) {
          expect(row['bin']).toMatch(/^777777/);
          expect(hidden.has(String(row['bin']))).toBe(false);
        }
        if (row['register_bin'] !== null) expect(row['register_bin']).toMatch(/^777777/);
      }
      expect(rows.filter(({ certificate }) => certificate !== null).length).toBeGreaterThan(0);
    }
  });

  test('sees what a caller without the right sees through the API, row for row', async () => {
    const served = await serveTest({
      product: true,
      database: await createTestDatabase(),
      databaseUrl: warehouse.url,
    });
    try {
      const { key } = await createKey(warehouse.knex, { name: 'reader', rights: 'marts:read' });
      const query = `{ financing(first: 1000, orderBy: [{field: REPORT_ID}]) { nodes { reportId bin binMasked loanFunds
        certificate { number source conflicting } company { name bin } } } }`;
      const { body } = await post({ url: served.url, key }, query);
      const { nodes } = (body.data?.['financing'] ?? {}) as { nodes: Record<string, unknown>[] };
      const { rows } = await as.analyst.raw<{ rows: Record<string, unknown>[] }>(
        `select report_id, bin, bin_masked, loan_funds, certificate, certificate_source, certificate_conflicting,
           register_name, register_bin from gold_masked.financing order by report_id`,
      );
      expect(
        nodes.map(({ reportId, bin, binMasked, loanFunds, certificate, company }) => {
          const of = (certificate ?? {}) as Record<string, unknown>;
          const register = (company ?? {}) as Record<string, unknown>;
          return [
            reportId,
            bin,
            binMasked,
            loanFunds,
            of['number'] ?? null,
            of['source'] ?? null,
            of['conflicting'] ?? null,
            register['name'] ?? null,
            register['bin'] ?? null,
          ];
        }),
      ).toEqual(rows.map((row) => Object.values(row)));
    } finally {
      await served.stop();
    }
  });

  test('reads nothing else: no table of any other schema, no key, no pseudonym with its BIN', async () => {
    const tables = await tablesIn(
      'bronze',
      'silver',
      'gold',
      'refresh',
      'access',
      'graphile_worker',
    );
    expect(tables.length).toBeGreaterThan(20);
    for (const table of [...tables, 'public.techorda_migrations']) {
      expect([table, await codeOf(as.analyst, `select * from ${table}`)]).toEqual([table, DENIED]);
    }
    for (const call of [
      "refresh.ask_for('{}', 'x')",
      'refresh.is_queued(1)',
      "silver.read_bin('x')",
    ]) {
      expect([call, await codeOf(as.analyst, `select ${call}`)]).toEqual([call, DENIED]);
    }
  });

  test('writes nothing and makes nothing', async () => {
    const view = 'gold_masked.financing';
    for (const statement of [
      `update ${view} set loan_funds = 1`,
      `delete from ${view}`,
      'create table gold_masked.own (one int)',
      'create schema own',
      `alter view ${view} set (security_barrier = false)`,
      `create or replace view ${view} as select 1 as one`,
      `set role ${roleName(PREFIX, 'api')}`,
      'select * from pg_statistic',
      'select * from pg_authid',
    ]) {
      expect([statement, await codeOf(as.analyst, statement)]).not.toEqual([statement, 'allowed']);
    }
    const { rows } = await as.analyst.raw<{ rows: { n: string }[] }>(
      `select count(*) as n from pg_stats where schemaname in ('gold', 'silver', 'bronze')`,
    );
    expect(rows).toEqual([{ n: '0' }]);
  });

  test('learns nothing by a function that tells what it is given, nor by what a plan or an error says', async () => {
    const { rows: known } = await warehouse.knex.raw<{ rows: { bin: string }[] }>(
      'select distinct bin from gold.financing where year >= 2021 and bin is not null',
    );
    const { rows: shown } = await warehouse.knex.raw<{ rows: { bin: string }[] }>(
      'select distinct bin from gold.general_indicators where year < 2021 and bin is not null',
    );
    const open = new Set(shown.map(({ bin }) => bin));
    const hidden = known.map(({ bin }) => bin).filter((bin) => !open.has(bin));
    expect(hidden.length).toBeGreaterThan(3);

    const session = await as.analyst.transaction();
    const told: string[] = [];
    try {
      await session.raw(`create function pg_temp.leak(given text) returns boolean language plpgsql cost 0.0000001 as
        $$ begin raise notice '%', given; return true; end $$`);
      const connection = session.client as {
        acquireConnection(): Promise<{
          on: (event: 'notice', heard: (notice: { message?: string }) => void) => void;
        }>;
      };
      (await connection.acquireConnection()).on('notice', ({ message }) =>
        told.push(message ?? ''),
      );
      await session.raw(
        'select * from gold_masked.financing where pg_temp.leak(bin) and year >= 2021',
      );
      const { rows: plan } = await session.raw<{ rows: Record<string, string>[] }>(
        `explain (analyze, verbose) select * from gold_masked.financing where pg_temp.leak(bin)`,
      );
      told.push(JSON.stringify(plan));
      await session.raw('savepoint before_error');
      const error: unknown = await session
        .raw('select bin::integer from gold_masked.financing where year >= 2021')
        .then(
          () => 'no error',
          (failure: unknown) => failure,
        );
      told.push(JSON.stringify(error), String(error));
    } finally {
      await session.rollback();
    }
    const text = told.join('\n');
    expect(text).toContain('777777');
    for (const bin of hidden) expect(text).not.toContain(bin);
  });

  test('is told of each view and each column what it is, in three languages, and how a measure adds up', async () => {
    const { rows } = await as.analyst.raw<{ rows: { place: string; comment: string | null }[] }>(
      `select relname || coalesce('.' || attname, '') as place,
         case when attname is null then obj_description(view.oid, 'pg_class') else col_description(view.oid, attnum) end as comment
       from pg_class view
       cross join lateral (
         select null::name as attname, 0 as attnum
         union all select attname, attnum from pg_attribute where attrelid = view.oid and attnum > 0
       ) as part
       where relnamespace = 'gold_masked'::regnamespace`,
    );
    expect(rows.length).toBeGreaterThan(150);
    for (const { place, comment } of rows) {
      expect([place, comment]).toEqual([place, expect.stringMatching(/^kk: .+\nru: .+\nen: .+/)]);
    }
    const comments = new Map(rows.map(({ place, comment }) => [place, comment]));
    for (const { table, measures } of model.marts) {
      for (const { column, kind, unit, label } of measures) {
        const comment = comments.get(`${table.replace('gold.', '')}.${column}`);
        expect(comment).toContain(`ru: ${label.ru}\nen: ${label.en}\nkind: ${kind}\nunit: ${unit}`);
      }
    }
  });

  test('reads countries, periods and the data version beside them, in the spelling of the API', async () => {
    const read = async (statement: string) =>
      (await as.analyst.raw<{ rows: unknown[] }>(statement)).rows;
    expect(
      await read(`select * from gold_masked.countries where country_code = 'KZ'`),
    ).toMatchObject([{ name_kk: 'Қазақстан', name_ru: 'Казахстан', name_en: 'Kazakhstan' }]);
    expect(
      await read('select report_type, name_en from gold_masked.report_types order by position'),
    ).toEqual(
      ['QUARTER1', 'QUARTER2', 'QUARTER3', 'QUARTER4', 'YEARLY'].map((report_type) =>
        expect.objectContaining({ report_type }),
      ),
    );
    expect(
      await read(`select report_type from gold_masked.financing
        where report_type not in (select report_type from gold_masked.report_types)`),
    ).toEqual([]);
    expect(await read('select distinct status from gold_masked.participants order by 1')).toEqual([
      { status: 'DEACTIVATED' },
      { status: 'REGISTERED' },
    ]);
    const { rows: versions } = await warehouse.knex.raw<{ rows: unknown[] }>(
      `select data_version_id as id, published_at, source_time, demonstration
       from refresh.data_versions order by data_version_id desc limit 1`,
    );
    expect(await read('select * from gold_masked.data_version')).toEqual(versions);
  });

  test('is given a view of a new mart, and another first masked year, by the next migration', async () => {
    const { knex } = warehouse;
    await keepMaskedViews(knex, maskedViews(model, ALL_YEARS), ALL_YEARS);
    const { rows } = await as.analyst.raw<{ rows: { open: string }[] }>(
      `select count(*) as open from gold_masked.financing where bin is not null and not bin_masked`,
    );
    expect(rows).toEqual([{ open: '0' }]);
    const [financing] = model.marts.filter(({ rootField }) => rootField === 'financing');
    if (!financing) throw new Error('There is such a mart.');
    await knex.raw('create table gold.patents (like gold.financing)');
    const more = { ...model, marts: [...model.marts, { ...financing, table: 'gold.patents' }] };
    await keepMaskedViews(knex, maskedViews(more, LATER_YEARS), LATER_YEARS);
    expect(await codeOf(as.analyst, 'select * from gold_masked.patents')).toBe('allowed');
    await keepMaskedViews(knex, maskedViews(model, LATER_YEARS), LATER_YEARS);
    await knex.raw('drop table gold.patents');
  });
});

describe('the API', () => {
  let served: ServedDatabase;
  let plain: ServedDatabase;
  let key: string;
  beforeAll(async () => {
    const budgets = { RATE_REQUESTS: 100_000, RATE_COST: 1_000_000_000 };
    const serve = async (databaseUrl: string) =>
      serveTest({
        product: true,
        database: await createTestDatabase(),
        databaseUrl,
        config: budgets,
      });
    served = await serve(urls.api);
    plain = await serve(warehouse.url);
    const rights = 'marts:read,bin:read,quality:read,refresh:run';
    key = (await createKey(warehouse.knex, { name: 'all', rights })).key;
  });
  afterAll(() => Promise.all([served.stop(), plain.stop()]));

  test('may use tables that it may not make', async () => {
    expect(await migrate(as.api)).toEqual([]);
    await warehouse
      .knex('techorda_migrations')
      .where('name', 'like', '%_bronze_events.sql')
      .update({ name: 'gone' });
    try {
      await expect(migrate(as.api)).rejects.toThrow(
        'The database lacks 1 migrations, from 20261101000000_bronze_events.sql on, and this account may not make them',
      );
    } finally {
      await warehouse
        .knex('techorda_migrations')
        .where({ name: 'gone' })
        .update({ name: '20261101000000_bronze_events.sql' });
    }
  });

  test('answers every question as the owner of the tables would', async () => {
    const asked = questions(createSchema(model), {
      scalars: scalarsAbout(['777777', 'ТОО', '12', '1001']),
      without: ['DataVersion.lagSeconds'],
    });
    await fc.assert(
      fc.asyncProperty(asked, async (query) => {
        const [one, other] = await Promise.all([
          post({ url: served.url, key }, query),
          post({ url: plain.url, key }, query),
        ]);
        expect(one.text).toBe(other.text);
        expect(one.text).not.toContain('INTERNAL_SERVER_ERROR');
      }),
      { numRuns: RUNS },
    );
  });

  test('is ready, tells its metrics, takes requests for a refresh and follows them', async () => {
    expect((await fetchJson(`${served.url}/readyz`)).status).toBe(200);
    const metrics = await (await fetch(`${served.url}/metrics`)).text();
    expect(metrics).toContain('techorda_pending_events 0');
    expect(metrics).toContain('techorda_quarantine_records{reason="');
    const { body } = await post({ url: served.url, key }, 'mutation { refresh { id status } }');
    expect(body).toMatchObject({ data: { refresh: { status: 'QUEUED' } } });
    const { rows } = await warehouse.knex.raw<{ rows: unknown[] }>(
      'select task_identifier from graphile_worker.jobs',
    );
    expect(rows).toEqual([{ task_identifier: 'refresh' }]);
    const events = await fetch(`${served.url}/graphql`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${key}`,
        accept: 'text/event-stream',
        'content-type': 'application/json',
      },
      body: JSON.stringify({ query: 'subscription { refreshProgress { status } }' }),
    });
    expect(events.status).toBe(200);
    await events.body?.cancel();
  });

  test('writes when a key was used last, and what it did into the ledger', async () => {
    const { knex } = warehouse;
    // Of a key that only this server ever saw: the other one's account owns the tables.
    const own = await createKey(knex, { name: 'own', rights: 'marts:read,bin:read' });
    await post({ url: served.url, key: own.key }, '{ financing(first: 3) { nodes { bin } } }');
    const used = () => knex('access.key_uses').where({ key_id: own.id });
    await until(async () => (await used()).length === 1);
    const read = () => knex('access.ledger').where({ kind: 'CLEAR_BINS', caller: own.id });
    await until(async () => (await read()).length === 1);
    expect(await knex('access.clear_bin_counts').where({ caller: own.id })).toHaveLength(1);
    for (const statement of [
      'delete from access.key_uses',
      'truncate access.key_uses',
      'update access.ledger set rows = 0',
      'delete from access.ledger',
    ]) {
      expect([statement, await codeOf(as.api, statement)]).toEqual([statement, DENIED]);
    }
  });

  test('makes and revokes keys as a caller asks for it, and by no other way', async () => {
    const { knex } = warehouse;
    const manager = await createKey(knex, { name: 'manager', rights: 'marts:read,keys:manage' });
    const by = { url: served.url, key: manager.key };
    const { body } = await post(
      by,
      'mutation { createKey(name: "made", rights: ["marts:read"]) { key record { id } } }',
    );
    expect(body.errors).toBeUndefined();
    const { key, record } = body.data?.['createKey'] as { key: string; record: { id: string } };
    const asks = () => post({ url: served.url, key }, '{ dataVersion { id } }');
    expect((await asks()).status).toBe(200);
    await post(by, `mutation { revokeKey(id: "${record.id}") { id } }`);
    await until(async () => (await asks()).status === 401);

    const made = (rights: string, caller: string) =>
      as.api.raw<{ rows: unknown[] }>(
        `select from access.create_key('x', 'x', ?::text[], '{}', null, false, null, ?, 'x', null, null)`,
        [rights, caller],
      );
    const reader = await createKey(knex, { name: 'reader', rights: 'marts:read' });
    for (const [rights, caller] of [
      ['{bin:read}', manager.id],
      ['{marts:read}', reader.id],
      ['{marts:read}', record.id],
      ['{marts:read}', 'command line'],
      ['{marts:read}', 'token:that does not end'],
    ] as const) {
      expect([rights, caller, (await made(rights, caller)).rows]).toEqual([rights, caller, []]);
    }
    for (const pool of [as.analyst, as.worker]) {
      expect(
        await codeOf(
          pool,
          `select access.create_key('x', 'x', '{}', '{}', null, false, null, '${manager.id}', 'x', null, null)`,
        ),
      ).toBe(DENIED);
      expect(
        await codeOf(pool, `select access.revoke_key(1, '${manager.id}', 'x', null, null)`),
      ).toBe(DENIED);
    }
  });

  test('logged no refusal of the database', () => {
    expect(served.log()).not.toContain('permission denied');
    expect(served.log()).not.toContain(DENIED);
  });

  test('reads nothing of Bronze and of the queue, and writes neither rows nor keys', async () => {
    for (const table of await tablesIn('bronze', 'graphile_worker')) {
      expect([table, await codeOf(as.api, `select * from ${table}`)]).toEqual([table, DENIED]);
    }
    for (const table of await tablesIn('silver', 'gold', 'refresh')) {
      expect([table, await codeOf(as.api, `delete from ${table}`)]).not.toEqual([table, 'allowed']);
    }
    for (const statement of [
      `insert into access.api_keys (name, key_hash, rights) values ('x', 'x', '{bin:read}')`,
      `update access.api_keys set rights = '{bin:read}'`,
      'delete from access.api_keys',
      'update access.masked_views set mask_bin_from_year = 3000',
      'create table gold.own (one int)',
    ]) {
      expect([statement, await codeOf(as.api, statement)]).toEqual([statement, DENIED]);
    }
  });
});

describe('the worker', () => {
  test('loads, refreshes and takes its jobs', async () => {
    await ingestDumpFile(as.worker, DUMP, { maxEventBytes: MAX_EVENT_BYTES });
    await warehouse.knex.raw(
      `update silver.companies set name = 'another' where company_id = (select min(company_id) from silver.companies)`,
    );
    expect(await refresh(as.worker, { reason: 'test', full: true })).toMatchObject({
      status: 'PUBLISHED',
    });
    expect(
      Number(await requestRefresh(as.worker, { reason: 'test', full: false })),
    ).toBeGreaterThan(0);
  });

  test('has no business with keys', async () => {
    expect(await codeOf(as.worker, 'select * from access.api_keys')).toBe(DENIED);
    expect(await codeOf(as.worker, 'select * from gold_masked.financing')).toBe(DENIED);
  });
});
