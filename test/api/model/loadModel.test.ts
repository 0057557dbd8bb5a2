import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildASTSchema } from 'graphql';
import { loadModel } from '../../../src/api/model/read/loadModel';
import { ModelError } from '../../../src/api/model/read/modelError';
import { schemaFolder } from '../../../src/api/model/read/schemaFiles';
import { createSchema } from '../../../src/api/resolvers/schema';

const LABEL = '@label(kk: "Патент", ru: "Патент", en: "Patent")';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'schema-'));
  cpSync(schemaFolder, folder, { recursive: true });
});
afterEach(() => rmSync(folder, { recursive: true }));

function withMart(text: string) {
  writeFileSync(join(folder, 'marts', 'patents.graphql'), text);
  return loadModel(folder);
}

function complaintsOf(text: string): readonly string[] {
  try {
    withMart(text);
  } catch (error) {
    if (error instanceof ModelError) return error.complaints;
    throw error;
  }
  return [];
}

test('a mart is read as plain data', () => {
  const mart = loadModel().marts.find(({ name }) => name === 'ExportByCountry');
  expect(mart).toMatchObject({
    rootField: 'exportByCountry',
    table: 'gold.export_by_country',
    key: ['reportId', 'itemNo'],
    reportTable: 'gold.exports',
  });
  expect(mart?.measures).toMatchObject([
    {
      field: 'exportIncome',
      column: 'export_income',
      kind: 'FLOW',
      type: 'Decimal',
      nullable: true,
    },
  ]);
  expect(mart?.dimensions.find(({ field }) => field === 'bin')).toMatchObject({
    masked: true,
    ofItem: false,
  });
  expect(mart?.dimensions.filter(({ ofItem }) => ofItem).map(({ field }) => field)).toEqual([
    'itemNo',
    'countryCode',
    'country',
  ]);
});

test('a list is grouped by its elements, under a name in the singular', () => {
  const mart = loadModel().marts.find(({ name }) => name === 'GeneralIndicators');
  expect(mart?.dimensions.find(({ list }) => list)).toMatchObject({
    field: 'activityFields',
    groupField: 'activityField',
    groupName: 'ACTIVITY_FIELD',
  });
});

test('a new mart needs one file: pages, groups, filters, orders and its place under a company follow', () => {
  const model = withMart(`
    "Patents (патенты)."
    type Patents @mart @label(kk: "Патенттер", ru: "Патенты", en: "Patents") {
      "What for."
      field: PatentField @dimension @label(kk: "Сала", ru: "Область", en: "Field")
      "Granted (выданные)."
      granted: Int
        @measure(kind: FLOW, source: ["patents_granted"])
        @label(kk: "Берілген", ru: "Выданные", en: "Granted")
    }
    enum PatentField {
      SOFTWARE @label(kk: "Бағдарламалық", ru: "Программные", en: "Software")
      HARDWARE @label(kk: "Аппараттық", ru: "Аппаратные", en: "Hardware")
    }
    input PatentFieldFilter { eq: PatentField in: [PatentField!] }
  `);
  const schema = createSchema(model);
  const fields = schema.getQueryType()?.getFields() ?? {};
  expect(String(fields['patents']?.type)).toBe('PatentsConnection!');
  expect(String(fields['patentsGroups']?.type)).toBe('PatentsGroupConnection!');
  for (const name of [
    'PatentsFilter',
    'PatentsOrderBy',
    'PatentsOrderField',
    'PatentsDimension',
    'PatentsMeasure',
    'PatentsGroupKey',
    'PatentsGroupOrderBy',
    'PatentsAggregate',
    'PatentsAverage',
    'PatentsCount',
    'PatentsShare',
  ]) {
    expect(schema.getType(name)).toBeDefined();
  }
  expect(buildASTSchema(model.typeDefs).getType('Company')?.toConfig()).toHaveProperty(
    'fields.patents',
  );
});

test('a field without a declared policy is refused', () => {
  expect(complaintsOf(`type Patents @mart ${LABEL} { granted: Int }`)).toEqual([
    'Patents.granted bears neither @dimension nor @measure; expected one of them.',
  ]);
});

test('all contradictions are named together', () => {
  const complaints = complaintsOf(`
    type Patents @mart(key: ["reportId", "number"], reports: "Company") ${LABEL} {
      number: Int @dimension ${LABEL}
      directorBin: String @dimension ${LABEL}
      directorIin: String @dimension ${LABEL}
      year: Int @dimension ${LABEL}
      owner: Company @dimension ${LABEL}
      name: String @measure(kind: FLOW, source: []) ${LABEL}
    }
  `);
  expect(complaints).toEqual([
    'Patents.directorBin is a column of BINs, director_bin; expected @masked on it.',
    'Patents.directorIin is an IIN, which is personal data; expected no such field.',
    'Patents.owner is of type Company; expected one of Boolean, Date, DateTime, Decimal, Int, ReportType, String, or an enum.',
    'Patents.name is a measure; expected the type Decimal or Int.',
    'Patents.year is declared twice; expected once.',
    'The key of Patents names number; expected a dimension that is never null.',
    'Patents names Company as the mart of its reports; expected a mart.',
  ]);
});

test('whatever people see needs its name in Kazakh, Russian and English', () => {
  const complaints = complaintsOf(`
    type Patents @mart {
      field: PatentField @dimension ${LABEL}
      granted: Int @measure(kind: FLOW, source: [])
      refused: Int @measure(kind: FLOW, source: []) @label(kk: " ", ru: "Отказы", en: "Refused")
    }
    enum PatentField { SOFTWARE ${LABEL} HARDWARE }
    input PatentFieldFilter { eq: PatentField }
  `);
  const expected =
    'has no label; expected @label(kk: "…", ru: "…", en: "…") on it, its name in Kazakh, Russian and English.';
  expect(complaints).toEqual([
    `Patents.granted ${expected}`,
    'The label of Patents.refused is empty in kk; expected its name in that language.',
    `Patents ${expected}`,
    `PatentField.HARDWARE ${expected}`,
  ]);
});

test('a measure counts tenge, persons or what its name says', () => {
  const units = loadModel().marts.flatMap(({ name, measures }) =>
    measures.map(({ field, unit }) => `${name}.${field} ${unit}`),
  );
  expect(units).toContain('Financing.loanFunds KZT');
  expect(units).toContain('Employees.gphCount PERSONS');
  const patents = withMart(`
    type Patents @mart ${LABEL} { granted: Int @measure(kind: FLOW, source: []) ${LABEL} }
  `).marts.find(({ name }) => name === 'Patents');
  expect(patents?.measures).toMatchObject([{ unit: 'NUMBER' }]);
});

test('a directive with a wrong argument is refused', () => {
  expect(() =>
    withMart('type Patents @mart { granted: Int @measure(kind: SOMETIMES, source: []) }'),
  ).toThrow(/SOMETIMES/);
  expect(() => withMart('type Patents @mart @label(kk: "Патенттер", ru: "Патенты")')).toThrow(
    /"en" of required type "String!"/,
  );
});
