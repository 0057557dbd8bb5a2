-- One row a signed report: what the fund collects.
-- reads: silver.signed_reports by service_request_id
-- unit: service_request_id
select
  report_id, service_request_id, company_id, year, report_type, certificate_number,
  company_tin as bin, bin_pseudonym, company_name, signed_at, superseded,
  oked,
  collection_amount,
  investor_amount
from silver.signed_reports
