import { readPage } from '../../../src/api/query/pages/page';
import { createTestDatabase, type TestDatabase } from '../../support/databases/database';
import { seesAll } from './given/context';
import { mart } from './given/marts';
import { givenRows } from './given/rows';

const indicators = mart('generalIndicators');

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
  await givenRows(database.knex, 'gold.general_indicators', [
    { company_name: 'ТОО «Қазақ Ёлка»', income_total: '1.00', activity_fields: ['ai', 'games'] },
    {
      company_name: 'Data_100%',
      income_total: '2.50',
      activity_fields: [],
      report_type: 'quarter2',
    },
    {
      company_name: 'data\\set',
      income_total: null,
      activity_fields: null,
      report_type: 'quarter4',
    },
    { company_name: null, income_total: '-3.00', activity_fields: ['games'] },
  ]);
});

afterAll(() => database.drop());

async function matching(filter: object): Promise<unknown[]> {
  const request = { filter };
  const wants = { fields: [], totalCount: true };
  const page = await readPage(database.knex, indicators, request, wants, seesAll);
  return page.rows.map(({ reportId }) => reportId);
}

test.each<[string, object, number[]]>([
  ['nothing said matches all', {}, [1, 2, 3, 4]],
  ['no operator matches all', { year: {} }, [1, 2, 3, 4]],
  [
    'contains is blind to case, also in Cyrillic and Kazakh',
    { companyName: { contains: 'ҚАЗАҚ ёлк' } },
    [1],
  ],
  ['startsWith is blind to case', { companyName: { startsWith: 'DATA' } }, [2, 3]],
  ['a per cent sign is no wildcard', { companyName: { contains: '0%' } }, [2]],
  ['an underscore is no wildcard', { companyName: { contains: 'a_s' } }, []],
  ['a backslash stands for itself', { companyName: { contains: 'a\\s' } }, [3]],
  ['the empty text is in every text', { companyName: { contains: '' } }, [1, 2, 3]],
  ['eq is exact', { companyName: { eq: 'data_100%' } }, []],
  ['ne matches rows without a value', { companyName: { ne: 'Data_100%' } }, [1, 3, 4]],
  ['notIn matches rows without a value', { incomeTotal: { notIn: ['1', '2.5'] } }, [3, 4]],
  ['not matches rows without a value', { not: { incomeTotal: { gt: '0' } } }, [3, 4]],
  ['not of not is the condition itself', { not: { not: { incomeTotal: { gt: '0' } } } }, [1, 2]],
  ['not of everything is nothing', { not: {} }, []],
  ['isNull: true', { incomeTotal: { isNull: true } }, [3]],
  ['isNull: false', { incomeTotal: { isNull: false } }, [1, 2, 4]],
  ['several operators all hold', { incomeTotal: { gte: '-3', lt: '2.5' } }, [1, 4]],
  ['amounts as numbers', { incomeTotal: { eq: 2.5 } }, [2]],
  ['texts compare by the alphabet, not by their bytes', { companyName: { gt: 'E', lt: 'Я' } }, [1]],
  ['periods compare in the order of time', { reportType: { gt: 'QUARTER2' } }, [1, 3, 4]],
  ['a list that has an element', { activityFields: { has: 'ai' } }, [1]],
  ['a list that has any of several', { activityFields: { hasAny: ['ai', 'games'] } }, [1, 4]],
  ['a list without elements, or no list', { activityFields: { isEmpty: true } }, [2, 3]],
  ['a list with elements', { activityFields: { isEmpty: false } }, [1, 4]],
  ['no list', { activityFields: { isNull: true } }, [3]],
  ['the complement of a list that has', { not: { activityFields: { has: 'ai' } } }, [2, 3, 4]],
  ['or', { or: [{ reportId: { eq: 1 } }, { reportId: { in: [3, 9] } }] }, [1, 3]],
  ['and', { and: [{ reportId: { gt: 1 } }, { reportId: { lt: 3 } }] }, [2]],
  ['truth values', { isResident: { ne: false } }, [1, 2, 3, 4]],
])('%s', async (_, filter, expected) => {
  expect(await matching(filter)).toEqual(expected);
});
