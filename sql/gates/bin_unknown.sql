-- Rows with a BIN that has no pseudonym, so that nothing could be shown in its place.
-- guards: gold.* with BINs
-- at most: 0 rows
-- severity: hold
-- release: never
select :row
from :rows each_row
cross join lateral unnest(array[:bins]) as given (given_bin)
where given_bin is not null
  and not exists (select from silver.bin_pseudonyms known where known.bin = given_bin)
