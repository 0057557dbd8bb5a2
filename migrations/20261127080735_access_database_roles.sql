-- The sets of database roles that `techorda roles` made for this database: after each migration they are
-- given anew what is theirs, new tables included.
create table access.role_prefixes (
  prefix text primary key
);

-- By what the views of gold_masked were made last; one row, or none before the first time.
create table access.masked_views (
  once boolean primary key default true check (once),
  mask_bin_from_year integer not null,
  definition_hash text not null
);
