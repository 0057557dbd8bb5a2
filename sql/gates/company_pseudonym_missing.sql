-- Companies with a BIN and no pseudonym to show in its place.
-- guards: silver.companies
-- at most: 0 rows
-- severity: hold
-- release: never
select company_id
from :rows company
where tin is not null
  and not exists (select from silver.bin_pseudonyms known where known.bin = company.tin)
