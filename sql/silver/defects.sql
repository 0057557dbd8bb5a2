-- What was given and could not be read, of the rows that are being read now.
-- rows: defects
-- reads: silver.service_report_v2
-- reads: silver.country_names
-- served: no
with
rows_read as (
  :rows_read
),

found as (
  select source_table, key_id, defect.column_name, defect.position, defect.raw_value, defect.reason,
    coalesce(defect.lost, false) as lost
  from rows_read
  cross join lateral jsonb_to_recordset(defects) as defect
    (column_name text, position integer, raw_value text, reason text, lost boolean)
  where defects is not null
),

countries as (
  select report_id, 'investor_country_company' as column_name, 0 as position, investor_country_company as country
  from silver.service_report_v2
  where investor_country_company is not null
  union all
  select report_id, 'country', item.item_no, item.country
  from silver.service_report_v2
  cross join lateral jsonb_to_recordset(export_items) as item (item_no integer, country text)
),

unknown_countries as (
  select 'service_report' as source_table, report_id::text as key_id, column_name, position,
    silver.redacted(country) as raw_value, 'no country of this name is known' as reason,
    false as lost
  from countries
  left join silver.country_names known on known.name = silver.country_key(country)
  where known.name is null
)

select distinct on (source_table, key_id, column_name, position) *
from (select * from found union all select * from unknown_countries) each_defect
order by source_table, key_id, column_name, position, reason
