import fc from 'fast-check';
import { fetchJson, type Serving } from '../server/support';
import { givenPublication, givenPseudonym, givenRows } from '../../support/databases/gold';
import { OdataService } from './served';

const ROUNDS = 60;
const YEARS = [2018, 2019, 2020, 2021, 2022, 2023];
const binOf = (company: number) => `18014000${String(1_000 + company)}`;
const pseudonymOf = (company: number) => `77777790${String(1_000 + company)}`;

/** The same condition in both languages. */
interface Said {
  readonly odata: string;
  readonly graphql: object;
}

const atoms: readonly Said[] = [
  { odata: 'year ge 2021', graphql: { year: { gte: 2021 } } },
  { odata: '2020 eq year', graphql: { year: { eq: 2020 } } },
  { odata: 'year in (2018,2022)', graphql: { year: { in: [2018, 2022] } } },
  { odata: 'bin ne null', graphql: { bin: { isNull: false } } },
  ...[binOf(1), pseudonymOf(1), binOf(2), pseudonymOf(3)].flatMap((bin) => [
    { odata: `bin eq '${bin}'`, graphql: { bin: { eq: bin } } },
    { odata: `bin ge '${bin}'`, graphql: { bin: { gte: bin } } },
    { odata: `bin in ('${bin}')`, graphql: { bin: { in: [bin] } } },
  ]),
  { odata: "contains(tolower(bin),'77777')", graphql: { bin: { contains: '77777' } } },
  {
    odata: 'loanFunds gt 12345678901234567.05',
    graphql: { loanFunds: { gt: '12345678901234567.05' } },
  },
  { odata: 'loanFunds eq null', graphql: { loanFunds: { isNull: true } } },
  { odata: 'loanFunds ne 0', graphql: { loanFunds: { ne: '0' } } },
  { odata: 'superseded', graphql: { superseded: { eq: true } } },
  { odata: "reportType ge 'QUARTER3'", graphql: { reportType: { gte: 'QUARTER3' } } },
  { odata: "contains(tolower(companyName),'%D0%B1')", graphql: { companyName: { contains: 'Б' } } },
  {
    odata: 'signedAt lt 2021-06-01T05:00:00%2B05:00',
    graphql: { signedAt: { lt: '2021-06-01T00:00:00Z' } },
  },
  { odata: "certificate eq '1002'", graphql: { certificate: { number: { eq: '1002' } } } },
  {
    odata: "certificateSource ne 'REPORT'",
    graphql: { certificate: { source: { ne: 'REPORT' } } },
  },
];

const { condition } = fc.letrec<{ condition: Said }>((tie) => ({
  condition: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom(...atoms),
    tie('condition').map(({ odata, graphql }) => ({
      odata: `not(${odata})`,
      graphql: { not: graphql },
    })),
    fc
      .tuple(fc.constantFrom('and', 'or'), tie('condition'), tie('condition'))
      .map(([word, one, other]) => ({
        odata: `(${one.odata} ${word} ${other.odata})`,
        graphql: { [word]: [one.graphql, other.graphql] },
      })),
  ),
}));

const order = fc.constantFrom(
  { odata: 'bin desc', graphql: [{ field: 'BIN', direction: 'DESC', nulls: 'LAST' }] },
  { odata: 'bin', graphql: [{ field: 'BIN', direction: 'ASC', nulls: 'FIRST' }] },
  {
    odata: 'loanFunds,year desc',
    graphql: [
      { field: 'LOAN_FUNDS', direction: 'ASC', nulls: 'FIRST' },
      { field: 'YEAR', direction: 'DESC' },
    ],
  },
  { odata: 'certificate desc', graphql: [{ field: 'CERTIFICATE', direction: 'DESC' }] },
);

const CALLERS = {
  'reads marts': { rights: 'marts:read' },
  'reads BINs': { rights: 'marts:read,bin:read' },
  'looks up BINs': { rights: 'marts:read,bin:lookup' },
  'sees some years': { rights: 'marts:read', scope: { years: [[2019, 2021]] } },
  'sees some companies': { rights: 'marts:read', scope: { companies: [1, 3] } },
  'sees some certificates': { rights: 'marts:read,bin:read', scope: { certificates: ['1002'] } },
} satisfies Readonly<Record<string, Parameters<OdataService['keyWith']>[0]>>;
type Caller = keyof typeof CALLERS;

const WORLDS: Readonly<Record<string, Serving>> = {
  'BINs masked from 2021 on': {},
  'all BINs masked, small groups withheld': {
    config: { MASK_BIN_FROM_YEAR: 0, MIN_GROUP_COMPANIES: 3 },
  },
  'BINs of companies masked': { config: { MASK_BIN_POLICY: 'company' } },
};

async function givenWorld(serving: Serving) {
  const service = await OdataService.start(serving);
  const { knex } = service.database;
  await givenPublication(knex);
  for (let company = 1; company <= 6; company += 1) {
    await givenPseudonym(knex, binOf(company), pseudonymOf(company));
  }
  const rows = Array.from({ length: 120 }, (_, index) => {
    const company = 1 + (index % 6);
    return {
      report_id: index + 1,
      service_request_id: 10 + (index % 9),
      company_id: index % 13 === 0 ? null : company,
      year: YEARS[index % YEARS.length],
      report_type: ['quarter1', 'quarter3', 'yearly'][index % 3],
      bin: index % 13 === 0 ? null : binOf(company),
      bin_pseudonym: index % 13 === 0 ? null : pseudonymOf(company),
      company_name: index % 5 === 0 ? null : `ТОО «Б${String(company)}»`,
      loan_funds:
        index % 4 === 0 ? null : `${String(index * 987_654_321_012_345)}.0${String(index % 10)}`,
      signed_at:
        index % 6 === 0
          ? null
          : `202${String(index % 5)}-0${String(1 + (index % 9))}-01T00:00:00.00000${String(index % 10)}Z`,
      certificate_number: index % 3 === 0 ? null : String(1_000 + (index % 4)),
      superseded: index % 10 === 9,
    };
  });
  await givenRows(knex, 'gold.financing', rows);
  const keys = new Map<Caller, string>();
  for (const caller of Object.keys(CALLERS) as Caller[]) {
    keys.set(caller, await service.keyWith(CALLERS[caller]));
  }
  return { service, keys };
}

const ROWS = `query ($filter: FinancingFilter, $orderBy: [FinancingOrderBy!]) {
  financing(filter: $filter, orderBy: $orderBy, first: 1000) {
    totalCount
    nodes { reportId year reportType bin binMasked companyName signedAt superseded loanFunds
      certificate { number source conflicting } } } }`;
const GROUPS = `query ($filter: FinancingFilter) {
  financingGroups(by: [BIN, REPORT_TYPE], filter: $filter, first: 1000,
      orderBy: [{key: BIN, direction: DESC, nulls: LAST}, {key: REPORT_TYPE, direction: DESC}]) {
    nodes { key { bin reportType } rows total { loanFunds } max { loanFunds } } } }`;
const SELECT =
  'reportId,year,reportType,bin,binMasked,companyName,signedAt,superseded,loanFunds,certificate,certificateSource,certificateConflicting';
const PLAIN = 'application/json;odata.metadata=none;IEEE754Compatible=true';

describe.each(Object.entries(WORLDS))('%s', (_name, serving) => {
  let world: Awaited<ReturnType<typeof givenWorld>>;
  beforeAll(async () => {
    world = await givenWorld(serving);
  });
  afterAll(() => world.service.stop());

  const asked = async (caller: Caller, query: string, variables: object) => {
    const { body } = await fetchJson(`${world.service.served.url}/graphql`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${world.keys.get(caller) ?? ''}`,
      },
      body: JSON.stringify({ query, variables }),
    });
    expect(body.errors).toBeUndefined();
    return body.data as Record<string, { nodes: Record<string, never>[]; totalCount: number }>;
  };
  const got = (caller: Caller, path: string) =>
    world.service.get(path, {
      authorization: `Bearer ${world.keys.get(caller) ?? ''}`,
      accept: PLAIN,
    });

  test('OData gives each caller the rows, values, order and number that GraphQL gives it', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...(Object.keys(CALLERS) as Caller[])),
        condition,
        order,
        async (caller, { odata, graphql }, by) => {
          const { financing } = await asked(caller, ROWS, { filter: graphql, orderBy: by.graphql });
          const { body } = await got(
            caller,
            `financing?$filter=${odata}&$orderby=${by.odata}&$select=${SELECT}&$count=true`,
          );
          const nodes = financing?.nodes.map(({ certificate, ...row }) => {
            const { number = null, source = null, conflicting = null } = certificate ?? {};
            return {
              ...row,
              certificate: number,
              certificateSource: source,
              certificateConflicting: conflicting,
            };
          });
          expect(body.value).toEqual(nodes);
          expect(body['@odata.count']).toBe(financing?.totalCount);
        },
      ),
      { numRuns: ROUNDS },
    );
  });

  test('$apply gives each caller the groups and totals that GraphQL gives it, and withholds the same', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...(Object.keys(CALLERS) as Caller[])),
        condition,
        async (caller, { odata, graphql }) => {
          const { financingGroups } = await asked(caller, GROUPS, { filter: graphql });
          const { body } = await got(
            caller,
            `financing?$apply=filter(${odata})/groupby((bin,reportType),aggregate(loanFunds with total as total,loanFunds with max as most,$count as reports))&$orderby=bin desc,reportType desc`,
          );
          const groups = financingGroups?.nodes as unknown as {
            key: object;
            rows: number;
            total: { loanFunds: string };
            max: { loanFunds: string };
          }[];
          expect(body.value).toEqual(
            groups.map(({ key, rows, total, max }) => ({
              ...key,
              total: total.loanFunds,
              most: max.loanFunds,
              reports: String(rows),
            })),
          );
        },
      ),
      { numRuns: ROUNDS },
    );
  });

  test('a row by its key is there for whoever sees it in a page, and for nobody else', async () => {
    for (const caller of Object.keys(CALLERS) as Caller[]) {
      const { body } = await got(caller, `financing?$select=${SELECT}`);
      const seen = new Map(body.value?.map((row) => [row['reportId'], row]));
      for (const id of [1, 2, 7, 20, 21, 44]) {
        const { status, body: row } = await got(
          caller,
          `financing(${String(id)})?$select=${SELECT}`,
        );
        expect([caller, id, status]).toEqual([caller, id, seen.has(id) ? 200 : 404]);
        if (status === 200) expect(row).toEqual(seen.get(id));
      }
    }
  });
});
