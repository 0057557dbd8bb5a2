-- One row a signed report: people at work.
select
  report_id, service_request_id, company_id, year, report_type, certificate_number,
  company_tin as bin, bin_pseudonym, company_name, signed_at, superseded,
  residents_count,
  nonresidents_count,
  gph_count
from signed_reports
