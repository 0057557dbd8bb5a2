/**
 * The SQL of the benchmark's questions as one would write it by hand, for all servers but the product.
 * Each gives rows whose columns are the fields of the answer; masked as the product masks by default.
 */
const bin = (alias) =>
  `case when ${alias}.year < 2021 then ${alias}.bin else ${alias}.bin_pseudonym end`;

export const financingRows = `
  select 'Financing:' || m.report_id as id, m.report_id as "reportId", m.year,
    upper(m.report_type) as "reportType", m.company_name as "companyName", ${bin('m')} as bin,
    m.government_support::text as "governmentSupport", m.loan_funds::text as "loanFunds",
    m.foreign_loan_funds::text as "foreignLoanFunds",
    m.authorized_capital_increase::text as "authorizedCapitalIncrease",
    m.total_funding::text as "totalFunding", m.attracted_investments::text as "attractedInvestments"
  from gold.financing as m`;

export const page = `${financingRows} where m.report_id > $1 order by m.report_id limit 100`;

export const yearPage = `${financingRows}
  where m.year = $1 and m.report_id > $2 order by m.report_id limit 1000`;

export const companies = `
  select company_id as "companyId", company_id::text as id, name from silver.companies
  where company_id > $1 order by company_id limit 20`;

export const rowsOfCompany = `
  select report_id as "reportId", year, upper(report_type) as "reportType",
    government_support::text as "governmentSupport", loan_funds::text as "loanFunds",
    foreign_loan_funds::text as "foreignLoanFunds", total_funding::text as "totalFunding",
    attracted_investments::text as "attractedInvestments"`;

export const groups = `
  select year, upper(report_type) as "reportType", count(*)::integer as rows,
    sum(income_total)::text as "incomeTotal", sum(export_income)::text as "exportIncome",
    sum(total_funding)::text as "totalFunding", sum(tax_saved)::text as "taxSaved"
  from gold.general_indicators where year >= $1
  group by year, report_type order by year, report_type collate "C" limit $2`;

const latest = (column) => `coalesce(
    ${['yearly', 'quarter4', 'quarter3', 'quarter2', 'quarter1']
      .map((period) => `max(${column}) filter (where report_type = '${period}')`)
      .join(', ')})`;

export const totals = `
  with periods as (
    select service_request_id, year, ${latest('income_total')} as income_total,
      ${latest('export_income')} as export_income,
      coalesce(sum(total_funding) filter (where report_type <> 'yearly'),
        case when bool_and(report_type = 'yearly') then sum(total_funding) end) as total_funding,
      coalesce(sum(tax_saved) filter (where report_type <> 'yearly'),
        case when bool_and(report_type = 'yearly') then sum(tax_saved) end) as tax_saved
    from gold.general_indicators where not superseded and year >= $1
    group by service_request_id, year),
  counted as (
    select year, count(*)::integer as rows, count(distinct company_id)::integer as companies
    from gold.general_indicators where year >= $1 group by year)
  select year, counted.rows, counted.companies, sum(income_total)::text as "incomeTotal",
    sum(export_income)::text as "exportIncome", sum(total_funding)::text as "totalFunding",
    sum(tax_saved)::text as "taxSaved"
  from counted left join periods using (year)
  group by year, counted.rows, counted.companies order by year limit $2`;
