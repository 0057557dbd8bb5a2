-- One row a report that exists, whatever its status.
-- reads: bronze.service_report
-- reads: silver.service_requests by service_request_id
-- reads: silver.companies by company_id of silver.service_requests
-- reads: silver.country_names
-- key: report_id
-- BINs: company_tin
-- served: no
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
    form.residents_count as given_residents_count,
    silver.read_count(form.residents_count, data, 'residents_count') as residents_count,
    form.nonresidents_count as given_nonresidents_count,
    silver.read_count(form.nonresidents_count, data, 'nonresidents_count') as nonresidents_count,
    form.gph_count as given_gph_count,
    silver.read_count(form.gph_count, data, 'gph_count') as gph_count,
    form.income_total as given_income_total,
    silver.read_amount(form.income_total, data, 'income_total') as income_total,
    form.income_international as given_income_international,
    silver.read_amount(form.income_international, data, 'income_international') as income_international,
    form.income_total_current_quarter as given_income_total_current_quarter,
    silver.read_amount(form.income_total_current_quarter, data, 'income_total_current_quarter') as income_total_current_quarter,
    form.income_total_previous_quarter as given_income_total_previous_quarter,
    silver.read_amount(form.income_total_previous_quarter, data, 'income_total_previous_quarter') as income_total_previous_quarter,
    form.investments_total_current_quarter as given_investments_total_current_quarter,
    silver.read_amount(form.investments_total_current_quarter, data, 'investments_total_current_quarter') as investments_total_current_quarter,
    form.finance_source_increase_authorized_capital as given_finance_source_increase_authorized_capital,
    silver.read_amount(form.finance_source_increase_authorized_capital, data, 'finance_source_increase_authorized_capital') as finance_source_increase_authorized_capital,
    form.main_capital_investments as given_main_capital_investments,
    silver.read_amount(form.main_capital_investments, data, 'main_capital_investments') as main_capital_investments,
    form.main_tangible_capital_investments as given_main_tangible_capital_investments,
    silver.read_amount(form.main_tangible_capital_investments, data, 'main_tangible_capital_investments') as main_tangible_capital_investments,
    form.main_intangible_capital_investments as given_main_intangible_capital_investments,
    silver.read_amount(form.main_intangible_capital_investments, data, 'main_intangible_capital_investments') as main_intangible_capital_investments,
    form.finance_source_loan as given_finance_source_loan,
    silver.read_amount(form.finance_source_loan, data, 'finance_source_loan') as finance_source_loan,
    form.finance_source_loan_foreign as given_finance_source_loan_foreign,
    silver.read_amount(form.finance_source_loan_foreign, data, 'finance_source_loan_foreign') as finance_source_loan_foreign,
    form.government_support_measures as given_government_support_measures,
    silver.read_amount(form.government_support_measures, data, 'government_support_measures') as government_support_measures,
    form.finance_source_government as given_finance_source_government,
    silver.read_amount(form.finance_source_government, data, 'finance_source_government') as finance_source_government,
    form.finance_source_investment as given_finance_source_investment,
    silver.read_amount(form.finance_source_investment, data, 'finance_source_investment') as finance_source_investment,
    form.investor_amount as given_investor_amount,
    silver.read_amount(form.investor_amount, data, 'investor_amount') as investor_amount,
    form.tax_incentives as given_tax_incentives,
    silver.read_amount(form.tax_incentives, data, 'tax_incentives') as tax_incentives,
    form.tax_incentives_kpn as given_tax_incentives_kpn,
    silver.read_amount(form.tax_incentives_kpn, data, 'tax_incentives_kpn') as tax_incentives_kpn,
    form.tax_incentives_nds as given_tax_incentives_nds,
    silver.read_amount(form.tax_incentives_nds, data, 'tax_incentives_nds') as tax_incentives_nds,
    form.tax_incentives_ipn as given_tax_incentives_ipn,
    silver.read_amount(form.tax_incentives_ipn, data, 'tax_incentives_ipn') as tax_incentives_ipn,
    form.tax_incentives_sn as given_tax_incentives_sn,
    silver.read_amount(form.tax_incentives_sn, data, 'tax_incentives_sn') as tax_incentives_sn,
    form.total_tax_saved as given_total_tax_saved,
    silver.read_amount(form.total_tax_saved, data, 'total_tax_saved') as total_tax_saved,
    form.collection_amount as given_collection_amount,
    silver.read_amount(form.collection_amount, data, 'collection_amount') as collection_amount,
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
    residents_count text, nonresidents_count text,
    gph_count text, income_total text,
    income_international text, income_total_current_quarter text,
    income_total_previous_quarter text, investments_total_current_quarter text,
    finance_source_increase_authorized_capital text, main_capital_investments text,
    main_tangible_capital_investments text, main_intangible_capital_investments text,
    finance_source_loan text, finance_source_loan_foreign text,
    government_support_measures text, finance_source_government text,
    finance_source_investment text, investor_amount text,
    tax_incentives text, tax_incentives_kpn text,
    tax_incentives_nds text, tax_incentives_ipn text,
    tax_incentives_sn text, total_tax_saved text,
    collection_amount text
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
  residents_count,
  nonresidents_count,
  gph_count,
  income_total,
  income_international,
  income_total_current_quarter,
  income_total_previous_quarter,
  investments_total_current_quarter,
  finance_source_increase_authorized_capital,
  main_capital_investments,
  main_tangible_capital_investments,
  main_intangible_capital_investments,
  finance_source_loan,
  finance_source_loan_foreign,
  government_support_measures,
  finance_source_government,
  finance_source_investment,
  investor_amount,
  tax_incentives,
  tax_incentives_kpn,
  tax_incentives_nds,
  tax_incentives_ipn,
  tax_incentives_sn,
  total_tax_saved,
  collection_amount,
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
      silver.unreadable('residents_count', given_residents_count, residents_count, 'expected a whole number from 0'),
      silver.unreadable('nonresidents_count', given_nonresidents_count, nonresidents_count, 'expected a whole number from 0'),
      silver.unreadable('gph_count', given_gph_count, gph_count, 'expected a whole number from 0'),
      silver.unreadable('income_total', given_income_total, income_total, 'expected an amount'),
      silver.unreadable('income_international', given_income_international, income_international, 'expected an amount'),
      silver.unreadable('income_total_current_quarter', given_income_total_current_quarter, income_total_current_quarter, 'expected an amount'),
      silver.unreadable('income_total_previous_quarter', given_income_total_previous_quarter, income_total_previous_quarter, 'expected an amount'),
      silver.unreadable('investments_total_current_quarter', given_investments_total_current_quarter, investments_total_current_quarter, 'expected an amount'),
      silver.unreadable('finance_source_increase_authorized_capital', given_finance_source_increase_authorized_capital, finance_source_increase_authorized_capital, 'expected an amount'),
      silver.unreadable('main_capital_investments', given_main_capital_investments, main_capital_investments, 'expected an amount'),
      silver.unreadable('main_tangible_capital_investments', given_main_tangible_capital_investments, main_tangible_capital_investments, 'expected an amount'),
      silver.unreadable('main_intangible_capital_investments', given_main_intangible_capital_investments, main_intangible_capital_investments, 'expected an amount'),
      silver.unreadable('finance_source_loan', given_finance_source_loan, finance_source_loan, 'expected an amount'),
      silver.unreadable('finance_source_loan_foreign', given_finance_source_loan_foreign, finance_source_loan_foreign, 'expected an amount'),
      silver.unreadable('government_support_measures', given_government_support_measures, government_support_measures, 'expected an amount'),
      silver.unreadable('finance_source_government', given_finance_source_government, finance_source_government, 'expected an amount'),
      silver.unreadable('finance_source_investment', given_finance_source_investment, finance_source_investment, 'expected an amount'),
      silver.unreadable('investor_amount', given_investor_amount, investor_amount, 'expected an amount'),
      silver.unreadable('tax_incentives', given_tax_incentives, tax_incentives, 'expected an amount'),
      silver.unreadable('tax_incentives_kpn', given_tax_incentives_kpn, tax_incentives_kpn, 'expected an amount'),
      silver.unreadable('tax_incentives_nds', given_tax_incentives_nds, tax_incentives_nds, 'expected an amount'),
      silver.unreadable('tax_incentives_ipn', given_tax_incentives_ipn, tax_incentives_ipn, 'expected an amount'),
      silver.unreadable('tax_incentives_sn', given_tax_incentives_sn, tax_incentives_sn, 'expected an amount'),
      silver.unreadable('total_tax_saved', given_total_tax_saved, total_tax_saved, 'expected an amount'),
      silver.unreadable('collection_amount', given_collection_amount, collection_amount, 'expected an amount'),
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
