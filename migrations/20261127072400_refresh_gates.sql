-- Data-quality gates: what each run found, what a release lets pass, and the rows that fail.

alter table refresh.runs
  add column gates jsonb,       -- what each gate found of each table
  add column tables jsonb,      -- {table: {read, published}}
  add column held_state text,   -- of a held run: all that decides what it would publish
  add column sentence text;     -- why nothing was published, as callers may read it

alter table refresh.data_versions
  add column rows jsonb,        -- {table: rows}
  add column gates_hash text;   -- of the SELECTs by which refresh.gate_failures was read

-- The rows that fail a gate, kept in step by each refresh for the requests that it reads anew, so that
-- a gate costs what changed. Committed with the rows that they are of.
create table refresh.gate_failures (
  gate text not null,
  table_name text not null,
  service_request_id integer not null,
  report_id integer not null
);
create index gate_failures_request on refresh.gate_failures (table_name, service_request_id);

-- Who let which gate pass, and why. It stands until the gate passes by itself again.
create table refresh.releases (
  release_id bigint generated always as identity primary key,
  run_id bigint not null,       -- the run that was held
  gate text not null,
  table_name text not null,
  value double precision not null, -- as it was shown; what is worse is held again
  released_by text not null,
  why text not null,
  released_at timestamptz not null default clock_timestamp(),
  first_version bigint,         -- the first data version that it let pass
  ended_version bigint          -- the data version in which the gate passed by itself
);
create index releases_standing on refresh.releases (gate, table_name) where ended_version is null;

-- What metrics count, without the runs' wide columns.
create index runs_outcomes on refresh.runs (status) include (started_at, finished_at);
