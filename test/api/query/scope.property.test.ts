import fc from 'fast-check';
import type { Knex } from 'knex';
import { ask, type Asker } from '../../support/asking/ask';
import { createTestDatabase, type TestDatabase } from '../../support/databases/database';
import { givenPublication } from '../../support/databases/gold';
import { mart } from './given/marts';
import { worlds, type World } from './oracle/arbitraries';
import { scopes, worldWithin, type WorldInScope } from './oracle/scope';
import { storeReports } from './oracle/store';

const MARTS = ['generalIndicators', 'financing', 'employees', 'exportByCountry'];
const MEASURES = ['incomeTotal', 'loanFunds', 'totalFunding', 'exportIncome', 'residentsCount'];
const COMPANIES = [1, 2, 3];

/** One database with every row, and one that holds only the rows of the scope. */
let whole: TestDatabase;
let part: TestDatabase;

beforeAll(async () => {
  [whole, part] = await Promise.all([createTestDatabase(), createTestDatabase()]);
  for (const { knex } of [whole, part]) {
    await givenPublication(knex);
    await knex('silver.bin_pseudonyms').insert(
      COMPANIES.map((id) => ({ bin: `00000000000${id}`, pseudonym: `77777700000${4 - id}` })),
    );
  }
});

afterAll(() => Promise.all([whole.drop(), part.drop()]));

async function store(database: Knex, world: WorldInScope, all: World): Promise<void> {
  const { reports, requests, companies, participations } = world;
  for (const name of MARTS) {
    const isOfItems = name === 'exportByCountry';
    const rows = reports.map((report) => ({ ...report, country: 'KZ', itemNo: 1 }));
    await storeReports(database, mart(name), isOfItems ? rows : reports);
  }
  await database.raw(
    `delete from silver.techpark_participants; delete from silver.service_requests;
     delete from silver.companies; delete from silver.defects`,
  );
  const participants = all.requests
    .filter(({ serviceRequestId }) => participations.has(serviceRequestId))
    .map(({ serviceRequestId, companyId, participant }) => ({
      service_request_id: serviceRequestId,
      company_id: companyId,
      bp_status: 'registered',
      certificate_number: participant,
    }));
  if (participants.length > 0) await database('silver.techpark_participants').insert(participants);
  const registered = requests
    .filter(({ request }) => request !== undefined)
    .map(({ serviceRequestId, request, companyId }) => ({
      service_request_id: serviceRequestId,
      company_id: companyId,
      certificate_number: request,
    }));
  if (registered.length > 0) await database('silver.service_requests').insert(registered);
  if (companies.length > 0) {
    await database('silver.companies').insert(
      companies.map((id) => ({ company_id: id, name: `№ ${id}`, tin: `00000000000${id}` })),
    );
  }
  const defects = [
    ...reports.map(({ reportId }) => ['service_report', reportId]),
    ...[...participations].map((id) => ['service_servicerequest', id]),
    ...companies.map((id) => ['account_company', id]),
  ].map(([source_table, key_id]) => ({
    source_table,
    key_id,
    column_name: 'c',
    position: 0,
    raw_value: '?',
    reason: 'a number',
  }));
  if (defects.length > 0) await database('silver.defects').insert(defects);
}

const ROW = `nodes {
  id companyId year bin binMasked certificateNumber
  certificate { number source issueDate conflicting }
  company { id name bin reports { totalCount } }
  participation { id certificateNumber company { id } }
}`;
const PAGE = 'totalCount pageInfo { hasNextPage hasPreviousPage startCursor endCursor }';
const GROUP = (measure: string) => `nodes {
  key { year } rows companies participations
  total { ${measure} } sum { ${measure} } previous { ${measure} } change { ${measure} } share { ${measure} }
} totalCount`;

const DOCUMENTS = [
  `{ financing(first: 3, orderBy: [{field: YEAR}, {field: CERTIFICATE}]) { ${ROW} ${PAGE} }
     exportByCountry(last: 2) { ${ROW} ${PAGE} }
     reports(filter: {certificate: {number: {ne: "100"}}}) { ${ROW} ${PAGE} } }`,
  `{ financing(filter: {not: {or: [{companyId: {eq: 1}}, {year: {lt: 2021}}]}}) {
       nodes { id missing { field reason defects { column value } } report { id } } ${PAGE} } }`,
  `{ companies { ${PAGE} nodes {
       id name bin
       participations { totalCount nodes { id certificateNumber } }
       reports(first: 2) { ${PAGE} nodes { id } }
       financing(last: 1) { totalCount nodes { id } } } } }`,
  `{ participants(orderBy: [{field: CERTIFICATE_NUMBER}]) { ${PAGE} nodes {
       id company { id } reports { nodes { id generalIndicators { id } exportByCountry { totalCount } } } } } }`,
  `{ one: company(id: "1") { id } two: company(id: "2") { id } three: company(id: "3") { name }
     hidden: company(bin: "000000000001") { id } seen: company(bin: "777777000002") { id } }`,
  `{ generalIndicatorsGroups(by: [YEAR], filter: {year: {gte: 2021}}) { ${GROUP('incomeTotal')} }
     exportByCountryGroups(by: [YEAR, COUNTRY_CODE]) { ${GROUP('exportIncome')} }
     employeesGroups(by: [YEAR, CERTIFICATE]) { ${GROUP('residentsCount')} } }`,
  `{ companies(filter: {financing: {some: {year: {eq: 2021}}}}) { nodes { id } }
     participants(filter: {reports: {none: {superseded: {eq: false}}}}) { totalCount nodes { id } }
     financingGroups(by: [YEAR], filterGroups: {companies: {gt: 1}}) { totalCount nodes { companies } } }`,
  `{ employeesGroups(by: []) { nodes { rows companies total { residentsCount } } }
     financingGroups(by: [COMPANY_ID], first: 1) { nodes { key { companyId } total { totalFunding } } pageInfo { hasNextPage endCursor } }
     generalIndicatorsGroups(by: [ACTIVITY_FIELD]) { nodes { key { activityField } share { incomeTotal } } } }`,
  `{ dataQuality { defects { table column count } defectCount
       marts { mart rows binFilled superseded binWrongCheckDigit certificate { report participant serviceRequest missing conflicting } } } }`,
];

const rights: Asker['rights'] = ['marts:read', 'bin:lookup', 'quality:read'];
const readsBins: Asker['rights'] = ['marts:read', 'bin:read', 'quality:read'];

test('within a scope every answer is that of a database which holds only its rows', async () => {
  const world = worlds(MEASURES, fc.bigInt({ min: -300n, max: 300n }));
  await fc.assert(
    fc.asyncProperty(world, scopes, fc.boolean(), async (all, scope, reads) => {
      const everything = worldWithin(all, COMPANIES, {});
      await store(whole.knex, everything, all);
      await store(part.knex, worldWithin(all, COMPANIES, scope), all);
      const asker: Asker = { rights: reads ? readsBins : rights };
      for (const document of DOCUMENTS) {
        const confined = await ask(whole.knex, document, { ...asker, scope });
        expect(confined.errors).toBeUndefined();
        expect(confined).toEqual(await ask(part.knex, document, asker));
      }
    }),
    { numRuns: 15 },
  );
});
