-- What was given and could not be read, of the rows that are being read now.
with
found as (
  select 'account_company' as source_table, company_id as key_id, defects from read_companies
  union all
  select 'service_servicerequest', service_request_id, defects from read_service_requests
  union all
  select 'service_report', report_id, defects from read_service_report_v2
)

select distinct on (source_table, key_id, column_name, position)
  source_table, key_id, defect.column_name, defect.position, defect.raw_value, defect.reason
from found
cross join lateral jsonb_to_recordset(defects) as defect
  (column_name text, position integer, raw_value text, reason text)
where defects is not null
order by source_table, key_id, column_name, position, reason
