import { MartAnswers } from '../support/asking/martAnswers';

let answers: MartAnswers;
beforeAll(async () => {
  answers = await MartAnswers.over('gold.financing', [
    {
      report_id: 1,
      service_request_id: 1,
      company_id: 5,
      report_type: 'quarter1',
      loan_funds: '1.10',
    },
    {
      report_id: 2,
      service_request_id: 1,
      company_id: 5,
      report_type: 'quarter1',
      loan_funds: '99.00',
      superseded: true,
    },
    {
      report_id: 3,
      service_request_id: 2,
      company_id: 5,
      report_type: 'quarter4',
      loan_funds: '2.20',
    },
    { report_id: 4, service_request_id: 3, report_type: 'quarter1', loan_funds: null },
  ]);
});
afterAll(() => answers.end());

test('superseded reports are rows, and never count in a total', async () => {
  expect(
    await answers.nodes(
      `{ financingGroups(by: []) { nodes { rows total { loanFunds } sum { loanFunds } } } }`,
    ),
  ).toEqual([{ rows: 4, total: { loanFunds: '3.30' }, sum: { loanFunds: '102.30' } }]);
});

test('companies and participations are counted once each, without a company by the service request', async () => {
  expect(
    await answers.nodes(
      `{ financingGroups(by: [], filter: { superseded: { eq: false } }) { nodes { companies participations } } }`,
    ),
  ).toEqual([{ companies: 2, participations: 3 }]);
});

test('rows are filtered and ordered, and those without a value come last', async () => {
  expect(
    await answers.nodes(
      `{ financing(filter: { reportType: { in: [QUARTER1] }, superseded: { eq: false } }, orderBy: [{ field: LOAN_FUNDS, direction: DESC }]) { nodes { id reportType loanFunds } } }`,
    ),
  ).toEqual([
    { id: 'Financing:1', reportType: 'QUARTER1', loanFunds: '1.10' },
    { id: 'Financing:4', reportType: 'QUARTER1', loanFunds: null },
  ]);
});
