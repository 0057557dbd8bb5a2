import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readDeclaration } from '../../../src/warehouse/lineage/declaration';
import { lineage, lineageOf } from '../../../src/warehouse/lineage/lineage';
import { projectFolder } from '../../../src/ground/projectFolder';

const silver = (name: string, ...lines: string[]) =>
  readDeclaration(
    `sql/silver/arm/${name}.sql`,
    [...lines.map((line) => `-- ${line}`), 'select'].join('\n'),
  );
const gold = (name: string, ...lines: string[]) =>
  readDeclaration(
    `sql/gold/${name}.sql`,
    [...lines.map((line) => `-- ${line}`), 'select'].join('\n'),
  );
const defects = silver('defects', 'rows: defects');
const companies = silver('companies', 'reads: bronze.account_company', 'key: company_id');

test('tables are refreshed after those that they read, whatever their names', () => {
  const { tables } = lineageOf([
    silver('a', 'reads: silver.z by z_id', 'key: a_id'),
    defects,
    silver('z', 'reads: silver.companies by company_id', 'key: z_id'),
    companies,
  ]);
  expect(tables.map(({ table }) => table)).toEqual([
    'silver.companies',
    'silver.z',
    'silver.a',
    'silver.defects',
  ]);
});

test.each([
  [
    [silver('a', 'reads: silver.b by b', 'key: a'), silver('b', 'reads: silver.a by a', 'key: b')],
    'Tables read each other in a circle: silver.a → silver.b → silver.a.',
  ],
  [[silver('a', 'reads: silver.b by b', 'key: a')], 'silver.a reads silver.b; expected a table'],
  [[silver('a')], 'silver.a declares no key; expected a line "-- key:" with a column.'],
  [[gold('a')], 'gold.a declares no unit of refresh; expected a line "-- unit:" with a column.'],
  [
    [companies, gold('a', 'reads: silver.companies by company_id', 'unit: lead_id')],
    'gold.a is refreshed by lead_id and reads silver.companies by company_id',
  ],
  [
    [
      companies,
      silver('b', 'reads: bronze.service_report', 'key: b'),
      silver('a', 'reads: silver.companies by company_id of silver.b', 'key: a'),
    ],
    'silver.a reads silver.companies by a column of silver.b; expected it to read silver.b by a column of its own.',
  ],
  [
    [
      companies,
      silver('same', 'rows: shared', 'reads: silver.companies by company_id', 'unit: company_id'),
      gold('a', 'reads: silver.same by company_id = owner_id', 'unit: company_id'),
    ],
    'gold.a reads silver.same by owner_id; expected company_id, by which its rows are read.',
  ],
  [
    [companies, silver('others', 'reads: bronze.account_company', 'key: company_id')],
    'silver.companies and silver.others both read bronze.account_company; expected one of them to',
  ],
  [
    [companies, readDeclaration('sql/silver/companies.sql', '-- rows: defects')],
    'sql/silver/arm/companies.sql and sql/silver/companies.sql are both silver.companies; expected',
  ],
])('declarations that do not fit together are refused with a sentence', (tables, sentence) => {
  expect(() => lineageOf([defects, ...tables])).toThrow(sentence);
});

test('every SELECT declares each table of Silver and Gold that it names', () => {
  const { tables } = lineage();
  const known = new Set([
    ...tables.map(({ table }) => table),
    'silver.bin_pseudonyms',
    'silver.country_names',
  ]);
  for (const { file, table, reads } of tables) {
    const text = readFileSync(join(projectFolder, file), 'utf8');
    const select = text.replace(/^--.*$/gm, '');
    const named = [...select.matchAll(/\b(?:silver|gold)\.\w+\b(?!\()/g)].map(([name]) => name);
    const declared = reads.flatMap((read) => [
      read.table,
      ...(read.link?.through ? [read.link.through] : []),
    ]);
    expect({ table, reads: [...new Set(named)].filter((name) => known.has(name)).sort() }).toEqual({
      table,
      reads: [...new Set(declared)].sort(),
    });
    expect({ table, unknown: named.filter((name) => !known.has(name)) }).toEqual({
      table,
      unknown: [],
    });
  }
});
