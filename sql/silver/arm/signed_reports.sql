-- What all marts say of a signed report; read once for all of them.
-- rows: shared
-- reads: silver.service_report_v2 by service_request_id
-- reads: silver.service_requests by service_request_id
-- reads: silver.bin_pseudonyms by company_tin = bin of silver.service_report_v2
-- unit: service_request_id
select
  report.*,
  request.company_id,
  known.pseudonym as bin_pseudonym,
  row_number() over (
    partition by report.service_request_id, report.year, report.report_type
    order by report.signed_at desc nulls last, report.report_id desc
  ) > 1 as superseded
from silver.service_report_v2 report
left join silver.service_requests request using (service_request_id)
left join silver.bin_pseudonyms known on known.bin = report.company_tin
where report.status = 'signed'
