-- Reports of which some value was given and could not be read.
-- guards: silver.service_report_v2
-- at most: 5 %
-- severity: hold
select report_id
from (select distinct key_id::integer as report_id from silver.defects where source_table = 'service_report') defective
