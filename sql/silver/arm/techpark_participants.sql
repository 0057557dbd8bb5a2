-- One row a company's part in the tech park: an existing request for it that was granted.
-- reads: silver.service_requests by service_request_id
-- reads: silver.companies by company_id of silver.service_requests
-- key: service_request_id
-- BINs: company_tin
select
  request.service_request_id,
  request.company_id,
  request.bp_status,
  request.certificate_number,
  request.certificate_issue_date,
  request.certificate_end_date,
  coalesce(company.name, request.company_name) as company_name,
  coalesce(company.tin, request.company_tin) as company_tin,
  request.deactivation_reason,
  request.deactivation_date
from silver.service_requests request
left join silver.companies company using (company_id)
where request.service_id = 'techpark'
  and request.bp_status in ('registered', 'deactivated')
