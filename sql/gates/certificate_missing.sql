-- Rows without a certificate's number in the report, its participant and its service request.
-- guards: gold.* with service_request_id and certificate_number
-- at most: 0.1 %
-- severity: hold
select :row
from :rows mart
where certificate_number is null
  and not exists (
    select from silver.techpark_participants register
    where register.service_request_id = mart.service_request_id and register.certificate_number is not null
  )
  and not exists (
    select from silver.service_requests register
    where register.service_request_id = mart.service_request_id and register.certificate_number is not null
  )
