import { MartAnswers } from '../support/asking/martAnswers';

let answers: MartAnswers;
beforeAll(async () => {
  answers = await MartAnswers.over('gold.employees', [
    { service_request_id: 1, year: 2023, report_type: 'yearly', residents_count: 50 },
    { service_request_id: 2, year: 2023, report_type: 'yearly', residents_count: 8 },
    { service_request_id: 1, year: 2024, report_type: 'quarter1', residents_count: 60 },
    { service_request_id: 1, year: 2024, report_type: 'quarter2', residents_count: 2_000_000_000 },
    { service_request_id: 3, year: 2024, report_type: 'quarter1', residents_count: 2_000_000_000 },
  ]);
});
afterAll(() => answers.end());

test('employees are counted as of the latest year: a company that is gone since does not count', async () => {
  expect(
    await answers.nodes(
      `{ employeesGroups(by: []) { nodes { rows participations total { residentsCount } } } }`,
    ),
  ).toEqual([{ rows: 5, participations: 3, total: { residentsCount: 4_000_000_000 } }]);
});

test('each year has its own latest period where the year is a key', async () => {
  expect(
    await answers.nodes(
      `{ employeesGroups(by: [YEAR], orderBy: [{ total: RESIDENTS_COUNT }]) { nodes { key { year } total { residentsCount } } } }`,
    ),
  ).toEqual([
    { key: { year: 2023 }, total: { residentsCount: 58 } },
    { key: { year: 2024 }, total: { residentsCount: 4_000_000_000 } },
  ]);
});

test('an average of counts is a decimal, and a sum beyond 32 bits is a number', async () => {
  expect(
    await answers.nodes(
      `{ employeesGroups(by: [YEAR], orderBy: [{ key: YEAR, direction: DESC }], first: 1) { nodes { avg { residentsCount } sum { residentsCount } } } }`,
    ),
  ).toEqual([{ avg: { residentsCount: '1333333353.33' }, sum: { residentsCount: 4_000_000_060 } }]);
});
