-- One row a signed report: income from abroad.
select
  report_id, service_request_id, company_id, year, report_type, certificate_number,
  company_tin as bin, bin_pseudonym, company_name, signed_at, superseded,
  income_international as export_income
from signed_reports
