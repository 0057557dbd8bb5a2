-- Rows without a BIN, which no company can be told by.
-- guards: gold.* with report_id and bin
-- at most: 0.1 %
-- severity: hold
select :row
from :rows
where bin is null
