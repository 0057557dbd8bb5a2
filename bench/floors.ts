import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import type { Knex } from 'knex';
import { from as copyFrom } from 'pg-copy-streams';
import { withSession } from '../src/ground/database/session';

/** Seconds of a bare COPY of the file's bytes into a table of one text column: nothing is read. */
export async function bareCopy(database: Knex, file: string): Promise<number> {
  await database.raw('create table bare_lines (line text)');
  const begin = performance.now();
  await withSession(database, async (session) => {
    // A delimiter and a quote that JSON cannot hold unescaped: each line is one value, as it stands.
    const copy = session.query(
      copyFrom(`copy bare_lines from stdin with (format csv, delimiter E'\\x01', quote E'\\x02')`),
    );
    await pipeline(createReadStream(file, { highWaterMark: 1024 * 1024 }), copy);
  });
  const seconds = (performance.now() - begin) / 1_000;
  await database.raw('drop table bare_lines');
  return seconds;
}

const AMOUNTS = [
  'income_total',
  'income_international',
  'income_total_current_quarter',
  'income_total_previous_quarter',
  'investments_total_current_quarter',
  'finance_source_increase_authorized_capital',
  'main_capital_investments',
  'main_tangible_capital_investments',
  'main_intangible_capital_investments',
  'finance_source_loan',
  'finance_source_loan_foreign',
  'government_support_measures',
  'finance_source_government',
  'finance_source_investment',
  'investor_amount',
  'tax_incentives',
  'tax_incentives_kpn',
  'tax_incentives_nds',
  'tax_incentives_ipn',
  'tax_incentives_sn',
  'total_tax_saved',
  'collection_amount',
];
const COUNTS = ['residents_count', 'nonresidents_count', 'gph_count'];
const SPACES = '\\u00a0\\u202f\\u2009';

const amount = (name: string) =>
  `case when d.${name} ~ '^-?[0-9]+(\\.[0-9]+)?$' then d.${name}::numeric(20, 2)
        when d.${name} ~ E'^-?[0-9]+([ ${SPACES}][0-9]+)*([.,][0-9]+)?$'
          then translate(d.${name}, E', ${SPACES}', '.')::numeric(20, 2) end as ${name}`;
const count = (name: string) =>
  `case when length(d.${name}) < 10 and d.${name} ~ '^[0-9]+$' then d.${name}::integer end as ${name}`;

/**
 * What an engineer would write by hand to get the same fields out of the same Bronze tables in one
 * pass: the newest event of each key, its forms read with json_to_record, amounts and counts cleaned,
 * the BIN and the name cut out of the signed XML. It records no defects, keeps no history apart, and
 * writes no marts.
 */
const PASSES = [
  `create temporary table floor_companies as
   with newest as (
     select distinct on (key_id) event_no, op from bronze.account_company_cdc
     where op in ('c', 'u', 'r', 'd') order by key_id, lsn desc nulls last, kafka_offset desc)
   select r.* from newest join bronze.account_company_cdc e using (event_no)
   cross join lateral json_to_record(e.payload::json #> e.row_path) as r (id integer, name text, short_name text, tin text)
   where newest.op <> 'd'`,
  `create temporary table floor_requests as
   with newest as (
     select distinct on (key_id) event_no, op from bronze.service_servicerequest_cdc
     where op in ('c', 'u', 'r', 'd') order by key_id, lsn desc nulls last, kafka_offset desc)
   select r.id, r.company_id, r.status, r.service_id, r.bp_status, r.number, r.created_at, r.updated_at,
     split_part(r.search_field, '***', 4) as tin,
     d.activation_info ->> 'certificate_number' as certificate_number,
     d.activation_info ->> 'issue_date' as issue_date, d.activation_info ->> 'end_date' as end_date,
     d.deactivation_info ->> 'reason' as reason, d.deactivation_info ->> 'exit_date' as exit_date,
     d.protocol #>> '{info,name}' as name
   from newest join bronze.service_servicerequest_cdc e using (event_no)
   cross join lateral json_to_record(e.payload::json #> e.row_path) as r (
     id integer, company_id integer, status text, service_id text, bp_status text, number integer,
     created_at timestamptz, updated_at timestamptz, search_field text, data text)
   cross join lateral json_to_record(case when r.data like '{%' then r.data::json end) as d (
     activation_info json, deactivation_info json, protocol json)
   where newest.op <> 'd'`,
  `create temporary table floor_reports as
   with newest as (
     select distinct on (key_id) key_id, event_no, op from bronze.service_report_cdc
     where op in ('c', 'u', 'r', 'd') order by key_id, lsn desc nulls last, kafka_offset desc),
   newest_data as (
     select distinct on (key_id) key_id, event_no from bronze.service_report_cdc
     where op in ('c', 'u', 'r') and not coalesce('data' = any (unavailable), false)
     order by key_id, lsn desc nulls last, kafka_offset desc)
   select r.id, r.service_request_id, r.year, r.report_type, r.status, r.version,
     r.created_at, r.updated_at, r.signed_at,
     coalesce(substring(d.company_tin from '^[0-9]{12}$'),
       substring(signed.xml from '<company>.*?<tin>([0-9]{12})</tin>')) as tin,
     coalesce(d.company_name, substring(signed.xml from '<company>.*?<name>(.*?)</name>')) as name,
     d.certificate_number, d.oked, d.investor_country_company, d.activity_fields,
     d.income_international_current_quarter,
     ${AMOUNTS.map(amount).join(',\n     ')},
     ${COUNTS.map(count).join(',\n     ')}
   from newest
   join bronze.service_report_cdc e using (event_no)
   join newest_data on newest_data.key_id = newest.key_id
   join bronze.service_report_cdc de on de.event_no = newest_data.event_no
   cross join lateral json_to_record(e.payload::json #> e.row_path) as r (
     id integer, service_request_id integer, year smallint, report_type text, status text, version text,
     created_at timestamptz, updated_at timestamptz, signed_at timestamptz, signature text, data text)
   cross join lateral (select case when newest.event_no = newest_data.event_no then r.data
     else de.payload::json #> de.row_path ->> 'data' end as form) whole
   cross join lateral json_to_record(whole.form::json) as d (
     company_tin text, company_name text, certificate_number text, oked text,
     investor_country_company text, activity_fields json, income_international_current_quarter json,
     ${[...AMOUNTS, ...COUNTS].map((name) => `${name} text`).join(', ')})
   cross join lateral (select case when r.signature like '{%' then r.signature::json ->> 'signed_xml' end as xml) signed
   where newest.op <> 'd'`,
];

/** Seconds of one hand-written SQL pass over all of Bronze. */
export async function handWrittenPass(database: Knex): Promise<number> {
  return await withSession(database, async (session) => {
    const begin = performance.now();
    for (const pass of PASSES) await session.query(pass);
    const seconds = (performance.now() - begin) / 1_000;
    await session.query('drop table floor_companies, floor_requests, floor_reports');
    return seconds;
  });
}
