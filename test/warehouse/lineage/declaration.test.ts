import { sourceSystems } from '../../../src/warehouse/systems/declaredSystems';
import { readDeclaration } from '../../../src/warehouse/lineage/declaration';

const declared = (...lines: string[]) =>
  readDeclaration(
    'sql/silver/arm/things.sql',
    ['-- One row a thing.', ...lines, 'select 1'].join('\n'),
  );

test('a SELECT declares what it reads, how rows are related, its key, BINs and unit of refresh', () => {
  const table = declared(
    '-- reads: bronze.service_report',
    '-- reads: silver.owners by owner_id = id',
    '-- reads: silver.towns by town_id of silver.owners',
    '-- reads: silver.country_names',
    '-- key: thing_id',
    '-- BINs: tin, other_tin',
    '-- served: no',
  );
  expect(table).toEqual({
    file: 'sql/silver/arm/things.sql',
    table: 'silver.things',
    kind: 'kept',
    source: sourceSystems().table('service_report'),
    reads: [
      {
        table: 'silver.owners',
        link: { column: 'owner_id', theirs: 'id', through: undefined },
      },
      {
        table: 'silver.towns',
        link: { column: 'town_id', theirs: 'town_id', through: 'silver.owners' },
      },
      { table: 'silver.country_names', link: undefined },
    ],
    key: 'thing_id',
    bins: ['tin', 'other_tin'],
    unit: undefined,
    served: false,
  });
});

test.each([
  [['-- reads: companies'], 'sql/silver/arm/things.sql has "companies" in a line "-- reads:"'],
  [['-- reads: silver.towns by'], 'such as silver.companies by company_id of silver.service'],
  [['-- key: a', '-- key: b'], 'has two lines "-- key:"; expected one'],
  [['-- rows: some'], 'has "-- rows: some"; expected kept, shared, defects'],
  [
    ['-- reads: bronze.service_report', '-- reads: bronze.account_company'],
    'reads 2 source tables; expected at most one',
  ],
  [
    ['-- reads: bronze.leads'],
    'reads bronze.leads; expected one of bronze.account_company, bronze.service_report, bronze',
  ],
])('lines without their form are refused with a sentence: %j', (lines, sentence) => {
  expect(() => declared(...lines)).toThrow(sentence);
});

test.each([
  ['sql/silver/things.sql', 'expected it as sql/silver/arm/things.sql'],
  ['sql/silver/amocrm/things.sql', 'expected it as sql/silver/arm/things.sql'],
  ['sql/silver/arm/old/things.sql', 'expected sql/silver/SYSTEM/TABLE.sql'],
])(
  'a table that is read from a source stands in the folder of its system: %s',
  (file, sentence) => {
    expect(() => readDeclaration(file, '-- reads: bronze.service_report\n-- key: id\n')).toThrow(
      sentence,
    );
  },
);
