-- Rows without a BIN, which no company can be told by.
-- guards: gold.*
-- at most: 0.1 %
-- severity: hold
select service_request_id, report_id
from :rows
where bin is null
