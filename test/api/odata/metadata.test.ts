import { createKey } from '../../../src/api/access/keys/keys';
import { marts } from '../../support/databases/marts';
import { givenReports, OdataService } from './served';

let service: OdataService;

beforeAll(async () => {
  service = await OdataService.start();
  await givenReports(service.database);
});
afterAll(() => service.stop());

type Csdl = Record<string, Record<string, Record<string, unknown>>>;

async function csdl(): Promise<Csdl> {
  const { body } = await service.get('$metadata?$format=json');
  return body['Techorda'] as Csdl;
}

test('the service document names every mart and entity', async () => {
  const { body } = await service.get('');
  expect(body['@odata.context']).toBe(`${service.root}$metadata`);
  expect(body.value?.map(({ name }) => name)).toEqual([
    ...marts.map(({ rootField }) => rootField),
    'companies',
    'participants',
    'reports',
  ]);
  expect((await service.get('/')).status).toBe(200);
});

test('$metadata is XML unless JSON alone is asked for', async () => {
  const types = await Promise.all(
    [{}, { accept: 'application/json,application/xml;q=0.1' }, { accept: 'application/json' }].map(
      async (headers) => (await service.get('$metadata', headers)).headers.get('content-type'),
    ),
  );
  expect(types).toEqual([
    'application/xml;charset=utf-8',
    'application/xml;charset=utf-8',
    'application/json;charset=utf-8',
  ]);
  expect(await service.refusal('$metadata', { accept: 'image/png' })).toEqual({
    status: 406,
    message:
      'Only "image/png" is taken by the caller; expected application/xml or application/json.',
  });
});

test('amounts have their digits, moments their precision, BINs their length, and all a caption in three languages', async () => {
  const { text } = await service.get('$metadata');
  expect(text).toContain(
    '<Property Name="loanFunds" Type="Edm.Decimal" Precision="20" Scale="2"><Annotation Term="Core.Description" String="Loan funds"/><Annotation Term="Core.Description" Qualifier="ru" String=',
  );
  expect(text).toContain('<Property Name="signedAt" Type="Edm.DateTimeOffset" Precision="6">');
  expect(text).toContain('<Property Name="bin" Type="Edm.String" MaxLength="12">');
  expect(text).toContain('<Property Name="reportId" Type="Edm.Int32" Nullable="false">');
  expect(text).toContain('<Property Name="activityFields" Type="Collection(Edm.String)">');
});

test('every property that a capability names is one of its set, and every way leads to a set', async () => {
  const model = await csdl();
  const { Warehouse: container = {}, ...types } = model;
  const sets = Object.entries(container).filter(([, set]) => set['$Collection'] === true);
  expect(sets.length).toBeGreaterThan(marts.length);
  for (const [name, set] of sets) {
    const type = types[String(set['$Type']).replace('Techorda.', '')] ?? {};
    const named = JSON.stringify(set).matchAll(
      /"(?:NonFilterableProperties|NonSortableProperties|GroupableProperties)":(\[[^\]]*\])/g,
    );
    for (const [, list = '[]'] of named) {
      for (const property of JSON.parse(list) as string[]) {
        expect([name, property, type[property] !== undefined]).toEqual([name, property, true]);
      }
    }
    const bindings = (set['$NavigationPropertyBinding'] ?? {}) as Record<string, string>;
    for (const [way, to] of Object.entries(bindings)) {
      expect([name, way, type[way]?.['$Kind']]).toEqual([name, way, 'NavigationProperty']);
      expect(container[to]?.['$Collection']).toBe(true);
    }
  }
});

test('XML and JSON say the same of types and properties', async () => {
  const { text } = await service.get('$metadata');
  const inXml = [
    ...text.matchAll(/<(?:EntityType|Property|NavigationProperty|EntitySet) Name="(\w+)"/g),
  ].map(([, name]) => name);
  const { Warehouse: container = {}, ...types } = await csdl();
  const inJson = [
    ...Object.entries(types).flatMap(([type, members]) => [
      type,
      ...Object.keys(members).filter((name) => /^[a-z]/i.test(name)),
    ]),
    ...Object.keys(container).filter((name) => /^[a-z]/i.test(name)),
  ];
  expect(inXml.sort()).toEqual(inJson.sort());
});

test('whoever is confined to some marts is told of no others, by no way', async () => {
  const { key } = await createKey(service.database.knex, {
    name: 'one mart',
    rights: 'marts:read',
    scope: { marts: ['financing'] },
  });
  const headers = { authorization: `Bearer ${key}` };
  const { body } = await service.get('', headers);
  expect(body.value?.map(({ name }) => name)).toEqual([
    'financing',
    'companies',
    'participants',
    'reports',
  ]);
  expect((await service.get('$metadata', headers)).text).not.toMatch(/taxBenefits/i);
  const sentence = 'The mart taxBenefits is outside of the scope of this credential.';
  for (const path of ['taxBenefits', 'taxBenefits(1)', 'companies?$expand=taxBenefits']) {
    expect(await service.refusal(path, headers)).toEqual({ status: 403, message: sentence });
  }
});
