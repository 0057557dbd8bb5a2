import { MartAnswers } from '../support/asking/martAnswers';

let answers: MartAnswers;
beforeAll(async () => {
  answers = await MartAnswers.over('gold.general_indicators', [
    {
      report_id: 1,
      activity_fields: ['ИТ', 'Связь'],
      export_income: '10.00',
      is_resident: true,
    },
    {
      report_id: 2,
      activity_fields: ['ИТ'],
      export_income: '20.00',
      country: 'Германия',
      is_resident: false,
    },
    { report_id: 3, activity_fields: null, export_income: '40.00', is_resident: true },
  ]);
});
afterAll(() => answers.end());

test('a row is in the group of each of its fields of activity', async () => {
  expect(
    await answers.nodes(
      `{ generalIndicatorsGroups(by: [ACTIVITY_FIELD]) { nodes { key { activityField } rows total { exportIncome } } } }`,
    ),
  ).toEqual([
    { key: { activityField: 'ИТ' }, rows: 2, total: { exportIncome: '30.00' } },
    { key: { activityField: 'Связь' }, rows: 1, total: { exportIncome: '10.00' } },
    { key: { activityField: null }, rows: 1, total: { exportIncome: '40.00' } },
  ]);
});

test('fields of activity are filtered by their elements', async () => {
  expect(
    await answers.nodes(
      `{ generalIndicators(filter: { activityFields: { has: "Связь" } }) { nodes { reportId activityFields isResident } } }`,
    ),
  ).toEqual([{ reportId: 1, activityFields: ['ИТ', 'Связь'], isResident: true }]);
});

test("residents and others are told apart by the investor's country", async () => {
  expect(
    await answers.nodes(
      `{ generalIndicatorsGroups(by: [IS_RESIDENT, COUNTRY]) { nodes { key { isResident country } rows } } }`,
    ),
  ).toEqual([
    { key: { isResident: false, country: 'Германия' }, rows: 1 },
    { key: { isResident: true, country: null }, rows: 2 },
  ]);
});
