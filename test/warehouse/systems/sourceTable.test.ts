import type {
  SystemDeclaration,
  TableDeclaration,
} from '../../../src/warehouse/systems/declaration';
import { sourceSystems } from '../../../src/warehouse/systems/declaredSystems';
import { SourceSystems, systemOf } from '../../../src/warehouse/systems/sourceTable';
import { lineage } from '../../../src/warehouse/lineage/lineage';

const label = { kk: 'Жүйе', ru: 'Система', en: 'System' };
const table: TableDeclaration = {
  key: [{ column: 'id', type: 'int' }],
  required: [],
  texts: [],
  json: [],
  bins: [],
  personal: [],
};
const system = (
  name: string,
  tables: readonly string[],
  declared: Partial<SystemDeclaration> = {},
) =>
  systemOf(
    name,
    { kind: 'debezium', label, ...declared },
    new Map(tables.map((each) => [each, table])),
  );

test('a table is identified by its system and name, and two systems may have tables of one name', () => {
  const systems = new SourceSystems([
    system('arm', ['companies', 'reports'], { unprefixed: true }),
    system('crm', ['companies', 'leads'], { kind: 'pulled' }),
    system('billing', ['companies'], { topicPrefix: 'billing.public' }),
  ]);
  const found = (topic: string) => systems.tableOfTopic(topic)?.bronzeTable;
  expect(found('techorda.public.companies')).toBe('bronze.companies_cdc');
  expect(found('anything.reports')).toBe('bronze.reports_cdc');
  expect(found('reports')).toBe('bronze.reports_cdc');
  expect(found('crm.companies')).toBe('bronze.crm_companies_cdc');
  expect(found('crm.leads')).toBe('bronze.crm_leads_cdc');
  expect(found('billing.public.companies')).toBe('bronze.billing_companies_cdc');
});

test('demonstration data have the topics of their tables behind "demo."', () => {
  const systems = new SourceSystems([
    system('arm', ['companies']),
    system('crm', ['companies'], { kind: 'pulled' }),
  ]);
  expect(systems.tableOfTopic('demo.public.companies')?.system).toBe('arm');
  expect(systems.tableOfTopic('demo.crm.companies')?.system).toBe('crm');
});

test('a topic that no system declares has no table', () => {
  const systems = new SourceSystems([system('crm', ['leads'], { kind: 'pulled' })]);
  for (const topic of ['', '.', 'leads', 'other.leads', 'crm.', 'crm.lead', 'crm.leads.more']) {
    expect([topic, systems.tableOfTopic(topic)]).toEqual([topic, undefined]);
  }
});

test.each([
  [
    () => [system('arm', ['companies']), system('crm', ['companies'])],
    'arm.companies and crm.companies have the same topics; expected topicPrefix to tell the systems apart.',
  ],
  [
    () => [system('a', ['b_c'], { kind: 'pulled' }), system('a_b', ['c'], { kind: 'pulled' })],
    'a.b_c and a_b.c both declare bronze.a_b_c_cdc; expected a table for each.',
  ],
  [
    () => [system('arm', ['Companies'])],
    'sources/arm declares the name "Companies"; expected small Latin letters, digits and _',
  ],
])('systems that could be confused are refused with a sentence', (systems, sentence) => {
  expect(() => new SourceSystems(systems())).toThrow(sentence);
});

test('each declared table is read by exactly one SELECT of Silver', () => {
  const read = lineage().fromEvents.map(({ source }) => source.id);
  expect([...read].sort()).toEqual(
    sourceSystems()
      .tables.map(({ id }) => id)
      .sort(),
  );
});
