-- One row a signed report: what a company earned, exported, attracted and saved.
-- reads: silver.signed_reports by service_request_id
-- unit: service_request_id
select
  report_id, service_request_id, company_id, year, report_type, certificate_number,
  company_tin as bin, bin_pseudonym, company_name, signed_at, superseded,
  case when government_support_given then government_support_measures else finance_source_government end
    as government_support,
  total_tax_saved as tax_saved,
  income_international as export_income,
  investments_total_current_quarter as total_funding,
  income_total,
  income_total_current_quarter,
  activity_fields,
  investor_country_company as country,
  investor_country_code as country_code,
  investor_country_company is null or investor_country_code is not distinct from 'KZ' as is_resident
from silver.signed_reports
