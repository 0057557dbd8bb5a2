-- Participants with a BIN and no pseudonym to show in its place.
-- guards: silver.techpark_participants
-- at most: 0 rows
-- severity: hold
-- release: never
select service_request_id, company_id
from :rows participant
where company_tin is not null
  and not exists (select from silver.bin_pseudonyms known where known.bin = participant.company_tin)
