create schema refresh;

-- Up to which event each Bronze table is applied. Written in the transaction that publishes.
create table refresh.applied (
  table_name text primary key,
  event_no bigint not null default 0,
  source_ts timestamptz           -- the newest source time among the applied events
);
insert into refresh.applied (table_name)
values ('service_report'), ('service_servicerequest'), ('account_company');

-- Each publication is a row; the newest is what readers see. Committed together with the data it names.
create table refresh.data_versions (
  data_version_id bigint generated always as identity primary key,
  published_at timestamptz not null default clock_timestamp(),
  source_time timestamptz,        -- source time of the newest applied event
  definition_hash text not null,  -- of the SELECTs and readings that made the rows
  demonstration boolean not null, -- the rows come from demonstration data
  full_rebuild boolean not null,
  changed jsonb not null          -- {table: {inserted, updated, deleted}}
);

-- What each run did, also where it failed. Written outside the run's transaction.
create table refresh.runs (
  run_id bigint generated always as identity primary key,
  reason text not null,
  full_rebuild boolean not null,
  status text not null check (status in ('RUNNING', 'PUBLISHED', 'UNCHANGED', 'FAILED', 'HELD')),
  started_at timestamptz not null default clock_timestamp(),
  finished_at timestamptz,
  data_version_id bigint,
  steps jsonb,                    -- [{step, milliseconds}]
  changed jsonb,
  error text
);
