import { post } from '../support';
import { serveBothWays, type BothWays } from './bothWays';

let both: BothWays;
beforeAll(async () => {
  both = await serveBothWays('marts:read');
});
afterAll(() => both.stop());

const OF_EVERY_OBJECT = [
  'constructor',
  'hasOwnProperty',
  'isPrototypeOf',
  'propertyIsEnumerable',
  'toLocaleString',
  'toString',
  'valueOf',
];

test.each(OF_EVERY_OBJECT)(
  'a field may be called %s, as every object of JavaScript has one',
  async (name) => {
    const query = (alias: string) => `{
      ${alias}: financing(first: 3) { nodes { reportId ${alias}: loanFunds } ${alias}: totalCount }
      groups: financingGroups(by: [YEAR]) { ${alias}: nodes { ${alias}: rows key { year } } }
      companies(first: 2) { ${alias}: nodes { ${alias}: financing(first: 2) { nodes { ${alias}: year } } } } }`;
    const { compiled, resolved, authorization } = both;
    for (const served of [compiled, resolved]) {
      const plain = await post(served, query('other'), { authorization });
      const answer = await post(served, query(name), { authorization });
      expect(answer.body.errors).toBeUndefined();
      expect(JSON.stringify(answer.body.data)).toBe(
        JSON.stringify(plain.body.data).replaceAll('"other":', `"${name}":`),
      );
    }
  },
);
