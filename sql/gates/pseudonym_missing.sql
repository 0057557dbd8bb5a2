-- Rows with a BIN and no pseudonym to show in its place.
-- guards: gold.*
-- at most: 0 rows
-- severity: hold
-- release: never
select service_request_id, report_id
from :rows
where bin is not null and bin_pseudonym is null
