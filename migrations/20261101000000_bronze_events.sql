-- Bronze keeps every change event as it arrived, append-only, one table a source table.
--
-- A record is identified by (topic, kafka_partition, kafka_offset). event_no numbers the events of a
-- table 1, 2, 3 … without a gap, in the order in which their loads committed: a refresh that has
-- applied event_no N has applied everything up to N, and what is pending is one subtraction.

create schema bronze;

create table bronze.service_report_cdc (
  topic text not null,
  kafka_partition integer not null,
  kafka_offset bigint not null,
  event_no bigint not null,
  op "char",            -- c u d r t m; null for a tombstone, which says nothing more
  key_id integer,       -- null for t, m and tombstones without a key
  lsn bigint,           -- source.lsn, else the second number of source.sequence, else null
  source_ts timestamptz,
  recorded_at timestamptz,
  row_path text[],      -- where in the payload the row stands: {after}, {payload,after}, {} …
  unavailable text[],   -- columns that hold __debezium_unavailable_value; null when none does
  record_key text,
  payload text,
  primary key (topic, kafka_partition, kafka_offset)
);
create unique index service_report_cdc_event_no on bronze.service_report_cdc (event_no);
create index service_report_cdc_key_id on bronze.service_report_cdc (key_id);
create index service_report_cdc_truncates on bronze.service_report_cdc (event_no) where op = 't';
-- Statistics of the wide texts would cost a read of TOAST and serve no plan.
alter table bronze.service_report_cdc
  alter column payload set statistics 0,
  alter column record_key set statistics 0;

create table bronze.service_servicerequest_cdc
  (like bronze.service_report_cdc including all);
create table bronze.account_company_cdc
  (like bronze.service_report_cdc including all);

-- One row a Bronze table: how many events it holds (the newest event_no) and how fresh they are.
-- A load locks its row, so that loads of one table commit one after another.
create table bronze.progress (
  table_name text primary key,
  events bigint not null default 0,
  real_events bigint not null default 0, -- those that are no demonstration data
  newest_source_ts timestamptz
);
insert into bronze.progress (table_name)
values ('service_report'), ('service_servicerequest'), ('account_company');

-- The demonstration data that an empty database is filled with: one row, written before the first
-- event, so that a filling that was cut short goes on with the same data.
create table bronze.demonstration (
  scale numeric not null
);
create unique index demonstration_once on bronze.demonstration ((true));

-- What could not be read, with its record and the reason. The record is kept as bytes: a text column
-- could not hold the very characters for which some of them are here.
create table bronze.quarantine (
  quarantine_id bigint generated always as identity primary key,
  record_hash bytea not null unique,
  topic text,
  kafka_partition integer,
  kafka_offset bigint,
  reason_code text not null,
  reason text not null,
  record bytea not null,
  record_bytes bigint not null,   -- the record's full size, also where only its beginning was kept
  quarantined_at timestamptz not null default now(),
  replayed_at timestamptz,        -- when a replay read it at last; null while it waits
  replay_attempts integer not null default 0
);
create index quarantine_waiting on bronze.quarantine (quarantine_id) where replayed_at is null;
