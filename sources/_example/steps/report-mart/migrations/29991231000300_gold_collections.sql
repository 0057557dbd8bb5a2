create table gold.collections (
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
  oked text,
  collection_amount numeric(20, 2),
  changed_at timestamptz not null default statement_timestamp(),
  primary key (service_request_id, report_id)
);
create index collections_report_id on gold.collections (report_id);
create index collections_company_id on gold.collections (company_id);
create index collections_year on gold.collections (year, report_id);
