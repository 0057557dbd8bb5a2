-- One row a signed report: people at work.
-- reads: silver.signed_reports by service_request_id
-- unit: service_request_id
select
  report_id, service_request_id, company_id, year, report_type, certificate_number,
  company_tin as bin, bin_pseudonym, company_name, signed_at, superseded,
  residents_count,
  nonresidents_count,
  gph_count
from silver.signed_reports
