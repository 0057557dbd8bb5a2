-- One row a signed report: taxes that were not due.
-- reads: silver.signed_reports by service_request_id
-- unit: service_request_id
select
  report_id, service_request_id, company_id, year, report_type, certificate_number,
  company_tin as bin, bin_pseudonym, company_name, signed_at, superseded,
  tax_incentives_kpn as kpn,
  tax_incentives_nds as nds,
  tax_incentives_ipn as ipn,
  tax_incentives_sn as sn,
  total_tax_saved
from silver.signed_reports
