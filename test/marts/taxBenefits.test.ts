import { MartAnswers } from '../support/asking/martAnswers';

let answers: MartAnswers;
beforeAll(async () => {
  answers = await MartAnswers.over('gold.tax_benefits', [
    { report_id: 1, service_request_id: 1, report_type: 'quarter1', kpn: '100.00', nds: '10.01' },
    { report_id: 2, service_request_id: 1, report_type: 'quarter2', kpn: '250.50', nds: '20.02' },
    { report_id: 3, service_request_id: 1, report_type: 'yearly', kpn: null, nds: '999.00' },
    { report_id: 4, service_request_id: 2, report_type: 'yearly', kpn: '7.00', nds: '5.00' },
  ]);
});
afterAll(() => answers.end());

test('КПН is counted from the start of the year: the latest period of each company stands for the year', async () => {
  expect(
    await answers.nodes(
      `{ taxBenefitsGroups(by: [YEAR]) { nodes { key { year } total { kpn } sum { kpn } } } }`,
    ),
  ).toEqual([{ key: { year: 2024 }, total: { kpn: '257.50' }, sum: { kpn: '357.50' } }]);
});

test('НДС is counted by the period: quarters are added, and a yearly report stands only where there are none', async () => {
  expect(
    await answers.nodes(
      `{ taxBenefitsGroups(by: []) { nodes { total { nds } sum { nds } avg { nds } min { nds } max { nds } count { nds kpn ipn } } } }`,
    ),
  ).toEqual([
    {
      total: { nds: '35.03' },
      sum: { nds: '1034.03' },
      avg: { nds: '258.51' },
      min: { nds: '5.00' },
      max: { nds: '999.00' },
      count: { nds: 4, kpn: 3, ipn: 0 },
    },
  ]);
});

test('a total of nothing is null, not 0', async () => {
  expect(
    await answers.nodes(
      `{ taxBenefitsGroups(by: []) { nodes { total { sn } sum { ipn } avg { sn } } } }`,
    ),
  ).toEqual([{ total: { sn: null }, sum: { ipn: null }, avg: { sn: null } }]);
});
