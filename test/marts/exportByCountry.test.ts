import { MartAnswers } from '../support/asking/martAnswers';

let answers: MartAnswers;
beforeAll(async () => {
  answers = await MartAnswers.over('gold.export_by_country', [
    {
      report_id: 1,
      service_request_id: 1,
      item_no: 1,
      country_code: 'US',
      country: 'США',
      export_income: '1.00',
    },
    {
      report_id: 1,
      service_request_id: 1,
      item_no: 3,
      country_code: 'DE',
      country: 'Германия',
      export_income: '2.00',
    },
    {
      report_id: 2,
      service_request_id: 1,
      report_type: 'quarter2',
      item_no: 1,
      country_code: 'US',
      country: 'США',
      export_income: '4.00',
    },
  ]);
});
afterAll(() => answers.end());

test('an item is known by its report and its position', async () => {
  expect(
    await answers.nodes(
      `{ exportByCountry(filter: { countryCode: { eq: "DE" } }) { nodes { id itemNo country } } }`,
    ),
  ).toEqual([{ id: 'ExportByCountry:1:3', itemNo: 3, country: 'Германия' }]);
});

test('income by country is counted by the period, and periods add', async () => {
  expect(
    await answers.nodes(
      `{ exportByCountryGroups(by: [COUNTRY_CODE], orderBy: [{ total: EXPORT_INCOME, direction: DESC }]) { nodes { key { countryCode } total { exportIncome } participations } } }`,
    ),
  ).toEqual([
    { key: { countryCode: 'US' }, total: { exportIncome: '5.00' }, participations: 1 },
    { key: { countryCode: 'DE' }, total: { exportIncome: '2.00' }, participations: 1 },
  ]);
});
