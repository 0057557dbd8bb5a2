-- One row a signed report: where its money came from.
-- reads: silver.signed_reports by service_request_id
-- unit: service_request_id
select
  report_id, service_request_id, company_id, year, report_type, certificate_number,
  company_tin as bin, bin_pseudonym, company_name, signed_at, superseded,
  case when government_support_given then government_support_measures else finance_source_government end
    as government_support,
  finance_source_loan as loan_funds,
  finance_source_loan_foreign as foreign_loan_funds,
  finance_source_increase_authorized_capital as authorized_capital_increase,
  investments_total_current_quarter as total_funding,
  -- What one of the two leaves out counts as nothing; where neither was given, neither is the sum.
  case when num_nonnulls(finance_source_increase_authorized_capital, finance_source_investment) > 0
    then coalesce(finance_source_increase_authorized_capital, 0) + coalesce(finance_source_investment, 0)
  end as attracted_investments
from silver.signed_reports
