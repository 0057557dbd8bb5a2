import { MartAnswers } from '../support/asking/martAnswers';

let answers: MartAnswers;
beforeAll(async () => {
  answers = await MartAnswers.over('gold.exports', [
    { service_request_id: 1, report_type: 'quarter1', export_income: '10.00' },
    { service_request_id: 1, report_type: 'quarter3', export_income: '30.00' },
    { service_request_id: 1, report_type: 'yearly', export_income: null },
    { service_request_id: 1, year: 2023, report_type: 'yearly', export_income: '5.00' },
  ]);
});
afterAll(() => answers.end());

test('income from abroad grows through the year: its latest period with a value counts, and years add', async () => {
  expect(
    await answers.nodes(`{ exportsGroups(by: []) { nodes { total { exportIncome } } } }`),
  ).toEqual([{ total: { exportIncome: '35.00' } }]);
});

test('a group of one period sees only that period', async () => {
  expect(
    await answers.nodes(
      `{ exportsGroups(by: [REPORT_TYPE], filter: { year: { eq: 2024 } }) { nodes { key { reportType } total { exportIncome } } } }`,
    ),
  ).toEqual([
    { key: { reportType: 'QUARTER1' }, total: { exportIncome: '10.00' } },
    { key: { reportType: 'QUARTER3' }, total: { exportIncome: '30.00' } },
    { key: { reportType: 'YEARLY' }, total: { exportIncome: null } },
  ]);
});
