-- One row a report that exists, whatever its status.
-- reads: bronze.service_report
-- reads: silver.service_requests by service_request_id
-- reads: silver.companies by company_id of silver.service_requests
-- reads: silver.country_names
-- key: report_id
-- BINs: company_tin
-- served: no
-- list counts: residents_count, nonresidents_count, gph_count
-- list amounts: income_total, income_international, income_total_current_quarter, income_total_previous_quarter
-- list amounts: investments_total_current_quarter, finance_source_increase_authorized_capital
-- list amounts: main_capital_investments, main_tangible_capital_investments, main_intangible_capital_investments
-- list amounts: finance_source_loan, finance_source_loan_foreign, government_support_measures
-- list amounts: finance_source_government, finance_source_investment, investor_amount, tax_incentives
-- list amounts: tax_incentives_kpn, tax_incentives_nds, tax_incentives_ipn, tax_incentives_sn, total_tax_saved
-- list amounts: collection_amount
with
events as (
  select newest.key_id, newest.carried, newest.lost, event.payload::json #> event.row_path as source_row
  from :newest newest
  join :events event using (event_no)
),

reports as (
  select key_id, carried, lost,
    silver.read_integer(source.service_request_id) as service_request_id,
    silver.read_integer(source.year) as year,
    source.report_type, source.status, silver.whole(source.version, carried, 'version') as version,
    source.created_at, source.updated_at, source.signed_at,
    silver.whole(source.signature, carried, 'signature')::json as signature,
    silver.whole(source.data, carried, 'data')::json as data
  from events
  cross join lateral json_to_record(source_row) as source (
    service_request_id text, year text, report_type text, status text, version text,
    created_at text, updated_at text, signed_at text, signature text, data text
  )
  offset bigint '0'
),

-- Every value is read once (offset 0 keeps the planner from reading it again at each use): the rows
-- below and the defects both look at the result.
forms as (
  select
    reports.key_id, reports.lost, service_request_id, year, report_type, status, version,
    reports.created_at as given_created_at, silver.read_time(reports.created_at) as created_at,
    reports.updated_at as given_updated_at, silver.read_time(reports.updated_at) as updated_at,
    reports.signed_at as given_signed_at, silver.read_time(reports.signed_at) as signed_at,
    form.company_tin as given_tin, form.company_name, form.certificate_number, form.oked,
    investor_country_company, activity_fields, income_international_current_quarter,
    json_typeof(data) as data_type, json_typeof(signature) as signature_type,
    silver.read_unusual_amount(
      silver.scalar(income_international_current_quarter), data, 'income_international_current_quarter'
    ) as export_this_quarter,
    :each counts form.:name as given_:name, silver.read_count(form.:name, data, ':name') as :name,
    :each amounts form.:name as given_:name, silver.read_amount(form.:name, data, ':name') as :name,
    silver.read_bin(form.company_tin) as form_tin,
    silver.read_words(silver.scalar(form.company_name)) as form_name,
    -- The signed form is searched only where the report itself does not say who filed it.
    silver.read_signed_company(
      case when silver.read_bin(form.company_tin) is null or silver.read_text(silver.scalar(form.company_name)) is null
        then signature ->> 'signed_xml' end
    ) as signed,
    silver.read_export_items(income_international_current_quarter) as items,
    silver.read_texts(activity_fields) as activity_field_texts
  from reports
  cross join lateral json_to_record(silver.json_object_or_empty(data)) as form (
    company_tin text, company_name json, certificate_number json, oked json,
    investor_country_company json, activity_fields json, income_international_current_quarter json,
    :each counts :name text,
    :each amounts :name text
  )
  offset bigint '0'
),

read as (
  select forms.*, silver.scalar(investor_country_company) as country from forms
)

select
  key_id as report_id,
  read.service_request_id,
  read.year::smallint as year,
  report_type,
  silver.without_personal_data(read.status) as status,
  silver.without_personal_data(version) as version,
  read.created_at,
  read.updated_at,
  read.signed_at,
  coalesce(form_tin, silver.read_bin((signed).tin), company.tin, request.company_tin) as company_tin,
  coalesce(form_name, silver.read_words((signed).name), company.name, request.company_name) as company_name,
  silver.read_certificate_number(silver.scalar(read.certificate_number)) as certificate_number,
  silver.read_words(silver.scalar(oked)) as oked,
  :each counts :name,
  :each amounts :name,
  export_this_quarter as income_international_current_quarter,
  silver.is_given(given_government_support_measures) as government_support_given,
  case when silver.read_text(country) is not null then silver.without_personal_data(country) end as investor_country_company,
  known.country_code as investor_country_code,
  activity_field_texts as activity_fields,
  (items).export_items as export_items,
  silver.defects_of(
    lost,
    variadic array[
      case when data_type not in ('object', 'null')
        then silver.defect('data', null, 'expected a JSON object') end,
      case when signature_type not in ('object', 'null')
        then silver.defect('signature', null, 'expected a JSON object') end,
      case when json_typeof(read.certificate_number) in ('object', 'array', 'boolean')
        then silver.defect('certificate_number', read.certificate_number::text, 'expected a text or a number') end,
      case when json_typeof(read.company_name) in ('object', 'array', 'boolean')
        then silver.defect('company_name', null, 'expected a text') end,
      case when json_typeof(oked) in ('object', 'array', 'boolean')
        then silver.defect('oked', oked::text, 'expected a text') end,
      silver.unreadable('signed_at', given_signed_at, read.signed_at, 'expected an ISO-8601 time'),
      silver.unreadable('created_at', given_created_at, read.created_at, 'expected an ISO-8601 time'),
      silver.unreadable('updated_at', given_updated_at, read.updated_at, 'expected an ISO-8601 time'),
      silver.unreadable('company_tin', given_tin, form_tin, 'expected the twelve digits of a BIN'),
      :each counts silver.unreadable(':name', given_:name, :name, 'expected a whole number from 0'),
      :each amounts silver.unreadable(':name', given_:name, :name, 'expected an amount'),
      case when json_typeof(income_international_current_quarter) <> 'array' then silver.unreadable(
        'income_international_current_quarter', income_international_current_quarter #>> '{}',
        export_this_quarter, 'expected an amount or an array of countries and sums') end,
      case when json_typeof(investor_country_company) in ('object', 'array', 'boolean')
        then silver.defect('investor_country_company', investor_country_company::text, 'expected a text') end,
      case when json_typeof(activity_fields) <> 'array' then silver.unreadable(
        'activity_fields', activity_fields #>> '{}', null::text, 'expected an array of texts') end
    ] || (items).defects || silver.element_defects('activity_fields', activity_fields)
  ) as defects
from read
left join silver.service_requests request using (service_request_id)
left join silver.companies company on company.company_id = request.company_id
left join silver.country_names known on known.name = silver.country_key(country)
where read.service_request_id is not null and read.year is not null
