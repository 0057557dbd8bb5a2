-- Silver: the source's rows as they stand, with values read. Keys of the large tables include
-- service_request_id, by which they can be distributed together.

create schema silver;

create table silver.companies (
  company_id integer primary key,
  name text,
  short_name text,
  tin text
);

create table silver.service_requests (
  service_request_id integer primary key,
  company_id integer,
  service_id text,
  status text,
  bp_status text,
  number integer,
  certificate_number text,
  certificate_issue_date date,
  certificate_end_date date,
  deactivation_reason text,
  deactivation_date date,
  company_name text,     -- protocol.info.name
  company_tin text,      -- the fourth part of search_field, where it is 12 digits
  created_at timestamptz,
  updated_at timestamptz
);
create index service_requests_company_id on silver.service_requests (company_id);

create table silver.techpark_participants (
  service_request_id integer primary key,
  company_id integer,
  bp_status text not null,
  certificate_number text,
  certificate_issue_date date,
  certificate_end_date date,
  company_name text,
  company_tin text,
  deactivation_reason text,
  deactivation_date date
);
create index techpark_participants_company_id on silver.techpark_participants (company_id);

create table silver.service_report_v2 (
  report_id integer not null,
  service_request_id integer not null,
  year smallint not null,
  report_type text not null,
  status text not null,
  version text,
  created_at timestamptz,
  updated_at timestamptz,
  signed_at timestamptz,
  company_tin text,
  company_name text,
  certificate_number text,
  oked text,
  residents_count integer,
  nonresidents_count integer,
  gph_count integer,
  income_total numeric(20, 2),
  income_international numeric(20, 2),
  income_total_current_quarter numeric(20, 2),
  income_total_previous_quarter numeric(20, 2),
  investments_total_current_quarter numeric(20, 2),
  finance_source_increase_authorized_capital numeric(20, 2),
  main_capital_investments numeric(20, 2),
  main_tangible_capital_investments numeric(20, 2),
  main_intangible_capital_investments numeric(20, 2),
  finance_source_loan numeric(20, 2),
  finance_source_loan_foreign numeric(20, 2),
  government_support_measures numeric(20, 2),
  finance_source_government numeric(20, 2),
  finance_source_investment numeric(20, 2),
  investor_amount numeric(20, 2),
  tax_incentives numeric(20, 2),
  tax_incentives_kpn numeric(20, 2),
  tax_incentives_nds numeric(20, 2),
  tax_incentives_ipn numeric(20, 2),
  tax_incentives_sn numeric(20, 2),
  total_tax_saved numeric(20, 2),
  collection_amount numeric(20, 2),
  income_international_current_quarter numeric(20, 2), -- where the form gave a number, not items
  government_support_given boolean not null,           -- government_support_measures was given, even unreadably
  investor_country_company text,
  activity_fields text[],
  export_items jsonb,    -- [{item_no, country, export_income}], null where none is read
  primary key (service_request_id, report_id, year)
) partition by range (year);
create index service_report_v2_report_id on silver.service_report_v2 (report_id);

create table silver.service_report_v2_before_2018 partition of silver.service_report_v2
  for values from (minvalue) to (2018);
create table silver.service_report_v2_2018 partition of silver.service_report_v2 for values from (2018) to (2019);
create table silver.service_report_v2_2019 partition of silver.service_report_v2 for values from (2019) to (2020);
create table silver.service_report_v2_2020 partition of silver.service_report_v2 for values from (2020) to (2021);
create table silver.service_report_v2_2021 partition of silver.service_report_v2 for values from (2021) to (2022);
create table silver.service_report_v2_2022 partition of silver.service_report_v2 for values from (2022) to (2023);
create table silver.service_report_v2_2023 partition of silver.service_report_v2 for values from (2023) to (2024);
create table silver.service_report_v2_2024 partition of silver.service_report_v2 for values from (2024) to (2025);
create table silver.service_report_v2_2025 partition of silver.service_report_v2 for values from (2025) to (2026);
create table silver.service_report_v2_2026 partition of silver.service_report_v2 for values from (2026) to (2027);
create table silver.service_report_v2_2027 partition of silver.service_report_v2 for values from (2027) to (2028);
create table silver.service_report_v2_2028 partition of silver.service_report_v2 for values from (2028) to (2029);
-- Years to come: split when they have come.
create table silver.service_report_v2_from_2029 partition of silver.service_report_v2
  for values from (2029) to (maxvalue);

-- What was given and could not be read. It never costs the rest of the record.
create table silver.defects (
  source_table text not null,
  key_id integer not null,
  column_name text not null,
  position integer not null,  -- 1, 2, … within an array, else 0
  raw_value text,             -- cut at 200 characters, personal data left out
  reason text not null,
  primary key (source_table, key_id, column_name, position)
);

-- Countries' names in lower case, as the library lists them and as people shorten them.
create table silver.country_names (
  name text primary key,
  country_code text not null
);

-- A pseudonym belongs to one BIN for good. Random, so it cannot be computed again: part of every backup.
create table silver.bin_pseudonyms (
  bin text primary key,
  pseudonym text not null unique check (pseudonym ~ '^777777[0-9]{6}$')
);
