-- One row a service request that exists, whatever its service and status.
-- reads: bronze.service_servicerequest
-- key: service_request_id
-- BINs: company_tin
with
events as (
  select newest.key_id, newest.carried, newest.lost, event.payload::json #> event.row_path as source_row
  from :newest newest
  join :events event using (event_no)
),

given as (
  select key_id, lost, source.company_id, source.number,
    silver.whole(source.status, carried, 'status') as status,
    silver.whole(source.service_id, carried, 'service_id') as service_id,
    silver.whole(source.bp_status, carried, 'bp_status') as bp_status,
    source.created_at as given_created_at, source.updated_at as given_updated_at,
    silver.read_time(source.created_at) as created_at, silver.read_time(source.updated_at) as updated_at,
    silver.whole(source.search_field, carried, 'search_field') as search_field,
    silver.whole(source.data, carried, 'data')::json as data
  from events
  cross join lateral json_to_record(source_row) as source (
    company_id text, number text, status text, service_id text, bp_status text,
    created_at text, updated_at text, search_field text, data text
  )
  offset bigint '0'
),

form as (
  select given.*,
    activation_info -> 'certificate_number' as certificate_number,
    activation_info ->> 'issue_date' as issue_date,
    activation_info ->> 'end_date' as end_date,
    deactivation_info -> 'reason' as reason,
    deactivation_info ->> 'exit_date' as exit_date,
    protocol #> '{info,name}' as protocol_name,
    activation_info, deactivation_info, protocol
  from given
  cross join lateral json_to_record(silver.json_object_or_empty(data)) as part
    (activation_info json, deactivation_info json, protocol json)
  offset bigint '0'
)

select
  key_id as service_request_id,
  silver.read_integer(company_id) as company_id,
  silver.without_personal_data(service_id) as service_id,
  silver.without_personal_data(status) as status,
  silver.without_personal_data(bp_status) as bp_status,
  silver.read_integer(number) as number,
  silver.read_certificate_number(silver.scalar(certificate_number)) as certificate_number,
  silver.read_date(issue_date) as certificate_issue_date,
  silver.read_date(end_date) as certificate_end_date,
  silver.read_words(silver.scalar(reason)) as deactivation_reason,
  silver.read_date(exit_date) as deactivation_date,
  silver.read_words(silver.scalar(protocol_name)) as company_name,
  silver.read_bin(split_part(search_field, '***', 4)) as company_tin,
  created_at,
  updated_at,
  silver.defects_of(
    lost,
    case when silver.is_unreadable(company_id, silver.read_integer(company_id))
      then silver.defect('company_id', company_id, 'expected a whole number') end,
    case when silver.is_unreadable(number, silver.read_integer(number))
      then silver.defect('number', number, 'expected a whole number') end,
    case when json_typeof(data) not in ('object', 'null')
      then silver.defect('data', null, 'expected a JSON object') end,
    case when json_typeof(activation_info) not in ('object', 'null')
      then silver.defect('activation_info', null, 'expected a JSON object') end,
    case when json_typeof(deactivation_info) not in ('object', 'null')
      then silver.defect('deactivation_info', null, 'expected a JSON object') end,
    case when json_typeof(protocol) not in ('object', 'null')
      then silver.defect('protocol', null, 'expected a JSON object') end,
    case when json_typeof(protocol -> 'info') not in ('object', 'null')
      then silver.defect('protocol.info', null, 'expected a JSON object') end,
    case when json_typeof(protocol_name) in ('object', 'array', 'boolean')
      then silver.defect('protocol.info.name', null, 'expected a text') end,
    case when json_typeof(reason) in ('object', 'array', 'boolean')
      then silver.defect('deactivation_info.reason', null, 'expected a text') end,
    case when json_typeof(certificate_number) in ('object', 'array', 'boolean')
      then silver.defect('activation_info.certificate_number', certificate_number::text, 'expected a text or a number') end,
    case when silver.is_unreadable(issue_date, silver.read_date(issue_date))
      then silver.defect('activation_info.issue_date', issue_date, 'expected a day as YYYY-MM-DD or DD.MM.YYYY') end,
    case when silver.is_unreadable(end_date, silver.read_date(end_date))
      then silver.defect('activation_info.end_date', end_date, 'expected a day as YYYY-MM-DD or DD.MM.YYYY') end,
    case when silver.is_unreadable(exit_date, silver.read_date(exit_date))
      then silver.defect('deactivation_info.exit_date', exit_date, 'expected a day as YYYY-MM-DD or DD.MM.YYYY') end,
    case when silver.is_unreadable(given_created_at, created_at)
      then silver.defect('created_at', given_created_at, 'expected an ISO-8601 time') end,
    case when silver.is_unreadable(given_updated_at, updated_at)
      then silver.defect('updated_at', given_updated_at, 'expected an ISO-8601 time') end
  ) as defects
from form
