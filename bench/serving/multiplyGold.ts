import type { Knex } from 'knex';
import { loadModel } from '../../src/api/model/read/loadModel';

/** What a copy has of its own, so that it is another report of another company: ids, and the BIN. */
const IDS = ['report_id', 'service_request_id', 'company_id'];
const BINS = ['bin', 'tin', 'company_tin'];

/** Requests that reported or take part, and companies that did by them: of the others no question is asked. */
const OF_USE = (column: string) => `where ${column} in (
  select ${column} from gold.general_indicators union select ${column} from silver.techpark_participants)`;
const SOURCES: Readonly<Record<string, string>> = {
  'silver.companies': OF_USE('company_id'),
  'silver.service_requests': OF_USE('service_request_id'),
  'silver.techpark_participants': '',
};

/**
 * Makes so many times the rows in Gold, and of what Gold's rows refer to, without the way through Bronze:
 * each copy is other companies with other requests and reports.
 */
export async function multiplyGold(database: Knex, times: number): Promise<void> {
  await copyBins(database, times);
  const gold = loadModel().marts.map(({ table }): [string, string] => [table, '']);
  const tables = [...Object.entries(SOURCES), ...gold];
  // What is copied is read first: so that no table reads what another adds.
  for (const [table, where] of tables) await keepRows(database, table, where);
  const copyNext = async () => {
    for (let next = tables.shift(); next; next = tables.shift()) {
      const [table] = next;
      await withoutIndexes(database, table, () => copyRows(database, table, times));
    }
  };
  await Promise.all([copyNext(), copyNext()]);
  await database.raw('drop table copied_bins, last_ids');
  await multiplyRollups(database, times);
}

/** Copies are of others alone, so that rows come to the same so many times over, to the last digit. */
async function multiplyRollups(database: Knex, times: number): Promise<void> {
  const columns = [
    'rows',
    'unsuperseded',
    'sum',
    'given',
    'total',
    'total_given',
    'companies',
    'participations',
  ];
  const products = columns.map((column) => `${column} = ${column} * ${String(times)}`);
  await database.raw(`update gold.rollups set ${products.join(', ')}`);
}

const keptName = (table: string) => `kept_${table.replace('.', '_')}`;

async function keepRows(database: Knex, table: string, where: string): Promise<void> {
  await database.raw(`create unlogged table ${keptName(table)} as select * from ${table} ${where}`);
}

/** The BINs and pseudonyms of the copies: other ones, of the same forms. */
async function copyBins(database: Knex, times: number): Promise<void> {
  await database.raw(
    `create table last_ids as select
       (select max(report_id) from silver.service_report_v2) as report_id,
       (select max(service_request_id) from silver.service_requests) as service_request_id,
       (select max(company_id) from silver.companies) as company_id`,
  );
  await database.raw(
    `create table copied_bins as
     with free as (
       select '777777' || lpad(number::text, 6, '0') as pseudonym, row_number() over (order by number) as no
       from generate_series(0, 999999) as number
       where not exists (select from silver.bin_pseudonyms known
         where '777777' || lpad(number::text, 6, '0') in (known.pseudonym, known.bin))),
     copies as (
       select bin, copy, row_number() over (order by copy, bin) as no
       from silver.bin_pseudonyms cross join generate_series(1, ?) as copy)
     select copies.bin, copy, (500000000000 + no)::text as new_bin, free.pseudonym as new_pseudonym
     from copies join free using (no)`,
    [times - 1],
  );
  await database.raw('create unique index on copied_bins (copy, bin); analyze copied_bins');
  await database.raw(
    `insert into silver.bin_pseudonyms (bin, pseudonym)
     select new_bin, new_pseudonym from copied_bins on conflict do nothing`,
  );
}

async function copyRows(database: Knex, table: string, times: number): Promise<void> {
  const { rows } = await database.raw<{ rows: { column: string }[] }>(
    `select attname as column from pg_attribute
     where attrelid = ?::regclass and attnum > 0 and not attisdropped and attgenerated = '' order by attnum`,
    [table],
  );
  const columns = rows.map(({ column }) => column);
  const bin = columns.find((column) => BINS.includes(column));
  const values = columns.map((column) => {
    if (IDS.includes(column)) return `row.${column} + copies.copy * last_ids.${column}`;
    if (column === bin) return 'copied.new_bin';
    if (column === `${bin ?? ''}_pseudonym`) return 'copied.new_pseudonym';
    return `row.${column}`;
  });
  const binJoin = bin
    ? `left join copied_bins copied on copied.bin = row.${bin} and copied.copy = copies.copy`
    : '';
  await database.raw(
    `insert into ${table} (${columns.join(', ')})
     select ${values.join(', ')}
     from generate_series(1, ?) as copies (copy)
     cross join ${keptName(table)} as row
     cross join last_ids ${binJoin}`,
    [times - 1],
  );
  await database.raw(`drop table ${keptName(table)}`);
}

/** Indexes beside the primary key are made anew at the end, which is faster than to grow them. */
async function withoutIndexes(
  database: Knex,
  table: string,
  work: () => Promise<void>,
): Promise<void> {
  const { rows } = await database.raw<{ rows: { name: string; definition: string }[] }>(
    `select indexrelid::regclass::text as name, pg_get_indexdef(indexrelid) as definition
     from pg_index where indrelid = ?::regclass and not indisprimary and not indisunique`,
    [table],
  );
  for (const { name } of rows) await database.raw(`drop index ${name}`);
  await work();
  for (const { definition } of rows) await database.raw(definition);
}
