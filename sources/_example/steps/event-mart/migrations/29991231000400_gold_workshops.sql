create table gold.workshops (
  workshop_id text primary key,
  held_at timestamptz not null,
  bin text,
  hall text,
  visitors integer not null,
  minutes integer,
  changed_at timestamptz not null default statement_timestamp()
);
