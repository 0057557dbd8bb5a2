-- One row an export item of a signed report.
-- reads: silver.signed_reports by service_request_id
-- reads: silver.country_names
-- unit: service_request_id
select
  report_id, service_request_id, company_id, year, report_type, certificate_number,
  company_tin as bin, bin_pseudonym, company_name, signed_at, superseded,
  item.item_no,
  known.country_code,
  item.country,
  item.export_income
from silver.signed_reports
cross join lateral jsonb_to_recordset(export_items) as item
  (item_no integer, country text, export_income numeric(20, 2))
left join silver.country_names known on known.name = silver.country_key(item.country)
