import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import { pino } from 'pino';
import { createKey } from '../../../src/api/access/keys/keys';
import { connect } from '../../../src/ground/database/connecting/connect';
import { keepMaskedViews } from '../../../src/ground/database/accounts/maskedViews';
import { migrate } from '../../../src/ground/database/migrating/migrate';
import { requestRefresh } from '../../../src/ground/database/queue/refreshQueue';
import { makeRoles, roleName, ROLES } from '../../../src/ground/database/accounts/roles';
import { maskedViews } from '../../../src/api/query/views/maskedViews';
import { refresh } from '../../../src/warehouse/refresh/run/refresh';
import { startWorker } from '../../../src/warehouse/schedule/worker';
import { post, serveTest, until, type ServedDatabase } from '../../api/server/support';
import { model } from '../../support/asking/ask';
import { createTestDatabase, type TestDatabase } from '../../support/databases/database';
import { sameTimes, smallDump } from '../../support/databases/twinDatabases';
import {
  allRows,
  change,
  loadLines,
  loadRecords,
  reportRow,
} from '../../support/databases/warehouse';

/** What a database or an account may have set before us, at its worst. */
const HOSTILE: Readonly<Record<string, string>> = {
  standard_conforming_strings: 'off',
  escape_string_warning: 'off',
  search_path: 'pg_temp',
  client_encoding: 'WIN1251',
  bytea_output: 'escape',
  datestyle: 'SQL, DMY',
  extra_float_digits: '-15',
  intervalstyle: 'sql_standard',
  quote_all_identifiers: 'on',
  timezone: 'Pacific/Kiritimati',
  timezone_abbreviations: 'India',
  xmlbinary: 'hex',
  xmloption: 'document',
  array_nulls: 'off',
  backslash_quote: 'off',
  default_text_search_config: 'pg_catalog.russian',
  default_transaction_deferrable: 'on',
  default_transaction_isolation: 'serializable',
  gin_fuzzy_search_limit: '1',
  row_security: 'off',
  transform_null_equals: 'on',
  lock_timeout: '1ms',
  statement_timeout: '250ms',
  plan_cache_mode: 'force_generic_plan',
  jit: 'on',
  'plpgsql.extra_errors': 'all',
  'pg_trgm.word_similarity_threshold': '0.99',
};
/** PostgreSQL 17 brought these. */
const NEWER: Readonly<Record<string, string>> = {
  transaction_timeout: '400ms',
  restrict_nonsystem_relation_kind: 'view, foreign-table',
};

const PREFIX = `techorda_test_${randomBytes(4).toString('hex')}`;

interface Side {
  readonly database: TestDatabase;
  readonly served: ServedDatabase;
  readonly analystUrl: string;
}
let plain: Side;
let hostile: Side;

async function settingsOf({ knex }: TestDatabase): Promise<[string, string][]> {
  const { rows } = await knex.raw<{ rows: { major: number }[] }>(
    "select current_setting('server_version_num')::integer / 10000 as major",
  );
  return Object.entries({ ...HOSTILE, ...((rows[0]?.major ?? 0) >= 17 && NEWER) });
}

/** Everything from the first migration on, by the product's own connections; the refresh by its worker. */
async function makeSide(pseudonyms: readonly object[] | undefined): Promise<Side> {
  const database = await createTestDatabase({ empty: true });
  const { url } = database;
  const name = new URL(url).pathname.slice(1);
  const analyst = `${roleName(PREFIX, 'analyst')}_${pseudonyms ? 'hostile' : 'plain'}`;
  const knex = connect(url, { poolSize: 4, applicationName: 'techorda test settings' });
  const settings = pseudonyms ? await settingsOf(database) : [];
  for (const [setting, value] of settings) {
    await knex.raw(
      `alter database ${name} set ${setting} = '${value}'`.replace("'pg_temp'", 'pg_temp'),
    );
  }
  await knex.destroy();
  const made = connect(url, { poolSize: 4, applicationName: 'techorda test settings' });
  await migrate(made);
  const mask = { fromYear: 2021, policy: 'year' } as const;
  await keepMaskedViews(made, maskedViews(model, mask), mask);
  await makeRoles(made, PREFIX);
  await made.raw(
    `create role ${analyst} login password 'secret' in role ${roleName(PREFIX, 'analyst')}`,
  );
  for (const [setting, value] of settings.filter(([setting]) => !/_timeout$/.test(setting))) {
    await made.raw(
      `alter role ${analyst} set ${setting} = '${value}'`.replace("'pg_temp'", 'pg_temp'),
    );
  }
  if (pseudonyms) await made('silver.bin_pseudonyms').insert(pseudonyms);
  await loadLines(made, smallDump());
  if (pseudonyms) {
    const worker = await startWorker({
      databaseUrl: url,
      schedule: '0 0 1 1 *',
      log: pino({ level: 'silent' }),
    });
    await requestRefresh(made, { reason: 'test', full: false });
    await until(async () => (await made('refresh.data_versions')).length === 1, 20_000);
    await worker.stop();
  } else await refresh(made, { reason: 'test' });
  // What comes later is applied by what changed.
  await loadRecords(made, [
    change(reportRow(900_001, { data: { income_total: '12,5' } }), { offset: 900_001 }),
  ]);
  await refresh(made, { reason: 'test' });
  await sameTimes(made);
  await made.destroy();
  const served = await serveTest({ product: true, database });
  const address = new URL(url);
  address.username = analyst;
  address.password = 'secret';
  return { database, served, analystUrl: address.href };
}

beforeAll(async () => {
  plain = await makeSide(undefined);
  hostile = await makeSide(
    await plain.database.knex('silver.bin_pseudonyms').select('bin', 'pseudonym'),
  );
}, 120_000);
afterAll(async () => {
  const names = ROLES.map((role) => roleName(PREFIX, role));
  const analysts = ['plain', 'hostile'].map((side) => `${roleName(PREFIX, 'analyst')}_${side}`);
  for (const { database, served } of [plain, hostile]) {
    await database.knex.raw(`drop owned by ${[...names, ...analysts].join(', ')}`);
    if (database === hostile.database) {
      await database.knex.raw(`drop role ${[...analysts, ...names].join(', ')}`);
    }
    await served.stop();
  }
});

test('whatever the database and its accounts have set, a refresh makes the same rows', async () => {
  expect(await allRows(hostile.database.knex)).toEqual(await allRows(plain.database.knex));
});

test('whatever they have set, queries and exports answer the same bytes, masked and clear', async () => {
  const queries = [
    '{ financing(first: 50, orderBy: [{field: REPORT_ID}]) { totalCount nodes { reportId year bin loanFunds signedAt company { name bin } certificate { number } } } }',
    '{ general: generalIndicators(first: 100, orderBy: [{field: REPORT_ID}]) { nodes { reportId signedAt bin } } }',
    '{ companySearch(text: "тоо") { nodes { name score company { id bin } } } }',
    '{ dataVersion { id publishedAt sourceTime } }',
  ];
  const answers = async ({ served, database }: Side): Promise<string[]> => {
    const texts: string[] = [];
    for (const rights of ['marts:read', 'marts:read,bin:read,quality:read']) {
      const { key } = await createKey(database.knex, { name: rights, rights });
      for (const query of queries) {
        const { text } = await post({ url: served.url, key }, query);
        texts.push(text);
      }
      for (const path of ['generalIndicators.csv', 'financing.ndjson', 'exportByCountry.csv']) {
        const response = await fetch(`${served.url}/export/${path}`, {
          headers: { 'x-api-key': key },
        });
        expect([path, response.status]).toEqual([path, 200]);
        texts.push(await response.text());
      }
    }
    return texts;
  };
  const expected = await answers(plain);
  expect(expected.join('\n')).toContain('777777');
  expect(expected.filter((text) => text.includes('"errors"'))).toEqual([]);
  expect(await answers(hostile)).toEqual(expected);
});

test('whatever an analyst has set, the views show pseudonyms and no clear BIN of a masked year', async () => {
  const rowsOf = async ({ analystUrl }: Side): Promise<unknown[]> => {
    const client = new Client({ connectionString: analystUrl });
    await client.connect();
    try {
      // This forbids views altogether.
      await client.query(
        `select set_config('restrict_nonsystem_relation_kind', '', false)
         where current_setting('restrict_nonsystem_relation_kind', true) is not null`,
      );
      const all: unknown[] = [];
      for (const { table } of model.marts) {
        const view = table.replace('gold.', 'gold_masked.');
        const { rows } = await client.query<object>(
          `select report_id, year, bin, bin_masked, certificate, register_name, register_bin
           from ${view} order by report_id`,
        );
        all.push(...rows);
      }
      return all;
    } finally {
      await client.end();
    }
  };
  expect(await rowsOf(hostile)).toEqual(await rowsOf(plain));
});
