-- What the rows of each mart come to by keys that are often grouped by, kept by the refresh: the API
-- answers whole-mart groups from here. Nobody's BIN is in it.

create table gold.rollups (
  mart text not null,
  -- The keys' names with commas between them, the year first.
  keys text not null,
  -- 0 where the year is none of the keys.
  year smallint not null,
  -- Of the keys beside the year.
  key_values text[] not null,
  -- The column; '' for what the rows come to, whatever their measures.
  measure text not null,
  rows bigint not null,
  companies bigint not null,
  participations bigint not null,
  unsuperseded bigint not null,
  sum numeric not null,
  given bigint not null,
  total numeric not null,
  -- How many values make the total; without any it is null.
  total_given bigint not null,
  primary key (mart, keys, year, key_values, measure)
);

-- The rollups are those of the version's rows. Versions before have none.
alter table refresh.data_versions add column rolled_up boolean not null default false;
