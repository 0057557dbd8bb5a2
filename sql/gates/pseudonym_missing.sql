-- Rows with a BIN and no pseudonym to show in its place.
-- guards: gold.* with bin and bin_pseudonym
-- at most: 0 rows
-- severity: hold
-- release: never
select :row
from :rows
where bin is not null and bin_pseudonym is null
