-- Rows that bear the key of another row: a join in the SELECT of the mart gives a row twice.
-- guards: gold.*
-- at most: 0 rows
-- severity: hold
-- release: never
select distinct on (:key) :row
from :rows
where (:key) in (select :key from :rows group by :key having count(*) > 1)
order by :key, :row
