-- What each comparison of the published rows with a rebuild from Bronze found. Of rows that differ it
-- keeps keys and the names of columns, no values.
create table refresh.reconciliations (
  reconciliation_id bigint generated always as identity primary key,
  started_at timestamptz not null,
  finished_at timestamptz not null default clock_timestamp(),
  data_version_id bigint,      -- the version that was looked at
  nights integer not null,     -- one of so many parts of all keys was looked at; 1: all
  compared jsonb not null,     -- {table: rows}
  differences jsonb not null,  -- [{table, kind, rows, columns, keys}]
  error text                   -- why nothing could be compared
);
