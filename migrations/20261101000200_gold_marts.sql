-- Gold: the marts. bin_pseudonym is what a caller without the right to read BINs sees of bin.

create schema gold;

create table gold.general_indicators (
  report_id integer not null,
  service_request_id integer not null,
  company_id integer,
  year smallint not null,
  report_type text not null,
  certificate_number text,
  bin text,
  bin_pseudonym text,
  company_name text,
  signed_at timestamptz,
  superseded boolean not null,
  government_support numeric(20, 2),
  tax_saved numeric(20, 2),
  export_income numeric(20, 2),
  total_funding numeric(20, 2),
  income_total numeric(20, 2),
  income_total_current_quarter numeric(20, 2),
  activity_fields text[],
  country text,
  is_resident boolean not null,
  primary key (service_request_id, report_id)
);

create table gold.financing (
  report_id integer not null,
  service_request_id integer not null,
  company_id integer,
  year smallint not null,
  report_type text not null,
  certificate_number text,
  bin text,
  bin_pseudonym text,
  company_name text,
  signed_at timestamptz,
  superseded boolean not null,
  government_support numeric(20, 2),
  loan_funds numeric(20, 2),
  foreign_loan_funds numeric(20, 2),
  authorized_capital_increase numeric(20, 2),
  total_funding numeric(20, 2),
  attracted_investments numeric(21, 2), -- a sum of two amounts
  primary key (service_request_id, report_id)
);

create table gold.tax_benefits (
  report_id integer not null,
  service_request_id integer not null,
  company_id integer,
  year smallint not null,
  report_type text not null,
  certificate_number text,
  bin text,
  bin_pseudonym text,
  company_name text,
  signed_at timestamptz,
  superseded boolean not null,
  kpn numeric(20, 2),
  nds numeric(20, 2),
  ipn numeric(20, 2),
  sn numeric(20, 2),
  total_tax_saved numeric(20, 2),
  primary key (service_request_id, report_id)
);

create table gold.employees (
  report_id integer not null,
  service_request_id integer not null,
  company_id integer,
  year smallint not null,
  report_type text not null,
  certificate_number text,
  bin text,
  bin_pseudonym text,
  company_name text,
  signed_at timestamptz,
  superseded boolean not null,
  residents_count integer,
  nonresidents_count integer,
  gph_count integer,
  primary key (service_request_id, report_id)
);

create table gold.exports (
  report_id integer not null,
  service_request_id integer not null,
  company_id integer,
  year smallint not null,
  report_type text not null,
  certificate_number text,
  bin text,
  bin_pseudonym text,
  company_name text,
  signed_at timestamptz,
  superseded boolean not null,
  export_income numeric(20, 2),
  primary key (service_request_id, report_id)
);

create table gold.export_by_country (
  report_id integer not null,
  service_request_id integer not null,
  company_id integer,
  year smallint not null,
  report_type text not null,
  certificate_number text,
  bin text,
  bin_pseudonym text,
  company_name text,
  signed_at timestamptz,
  superseded boolean not null,
  item_no integer not null,
  country_code text,
  country text,
  export_income numeric(20, 2),
  primary key (service_request_id, report_id, item_no)
);

create index general_indicators_report_id on gold.general_indicators (report_id);
create index financing_report_id on gold.financing (report_id);
create index tax_benefits_report_id on gold.tax_benefits (report_id);
create index employees_report_id on gold.employees (report_id);
create index exports_report_id on gold.exports (report_id);
create index export_by_country_report_id on gold.export_by_country (report_id, item_no);
create index general_indicators_year on gold.general_indicators (year, report_id);
create index financing_year on gold.financing (year, report_id);
create index tax_benefits_year on gold.tax_benefits (year, report_id);
create index employees_year on gold.employees (year, report_id);
create index exports_year on gold.exports (year, report_id);
create index export_by_country_year on gold.export_by_country (year, report_id, item_no);
create index general_indicators_company_id on gold.general_indicators (company_id);
create index financing_company_id on gold.financing (company_id);
create index tax_benefits_company_id on gold.tax_benefits (company_id);
create index employees_company_id on gold.employees (company_id);
create index exports_company_id on gold.exports (company_id);
create index export_by_country_company_id on gold.export_by_country (company_id);
