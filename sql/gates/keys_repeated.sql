-- Rows that bear the key of another row: a join in the SELECT of the mart gives a report twice.
-- guards: gold.*
-- at most: 0 rows
-- severity: hold
-- release: never
select min(service_request_id) as service_request_id, report_id
from :rows
group by :key
having count(*) > 1
