-- How many rows with a clear BIN each caller was shown in an hour, by all processes of the API: written in the
-- transaction that writes the ledger, so that it is the sum of its entries. Who brings a count past a limit
-- learns so from the row, and nobody else does. Of the hours before the last one nothing is kept.
create table access.clear_bin_counts (
  caller text not null,
  hour bigint not null,      -- since 1970
  rows bigint not null,
  primary key (caller, hour)
);
