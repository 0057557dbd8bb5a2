import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isInputObjectType, isInterfaceType, isObjectType, type GraphQLSchema } from 'graphql';
import { loadModel } from '../../../src/api/model/read/loadModel';
import { ModelError } from '../../../src/api/model/read/modelError';
import { schemaFolder } from '../../../src/api/model/read/schemaFiles';

const LABEL = '@label(kk: "Лид", ru: "Лид", en: "Lead")';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'schema-'));
  cpSync(schemaFolder, folder, { recursive: true });
});
afterEach(() => rmSync(folder, { recursive: true }));

function withText(text: string) {
  writeFileSync(join(folder, 'marts', 'leads.graphql'), text);
  return loadModel(folder);
}

function complaintsOf(text: string): readonly string[] {
  try {
    withText(text);
  } catch (error) {
    if (error instanceof ModelError) return error.complaints;
    throw error;
  }
  return [];
}

function typeIn(schema: GraphQLSchema, name: string, field: string): string {
  const type = schema.getType(name);
  const has = isObjectType(type) || isInputObjectType(type) || isInterfaceType(type);
  return String(has ? type.getFields()[field]?.type : undefined);
}

function fieldsIn(schema: GraphQLSchema) {
  return (name: string): readonly string[] => {
    const type = schema.getType(name);
    return isObjectType(type) || isInputObjectType(type) ? Object.keys(type.getFields()) : [];
  };
}

const LEADS = `
  "Leads."
  type Leads
    @mart(grain: "event", key: ["leadId"], subject: "leadId", time: "createdAt", company: "companyId")
    ${LABEL} {
    leadId: Int! @dimension ${LABEL}
    createdAt: DateTime! @dimension ${LABEL}
    companyId: Int @dimension ${LABEL}
    bin: String @dimension @masked ${LABEL}
    price: Decimal @measure(kind: ADDITIVE, source: ["price"]) ${LABEL}
    contact: String @measure(kind: DISTINCT, source: ["contact"], column: "contact_id") ${LABEL}
  }`;

const VISITS = `
  "Visits."
  type Visits
    @mart(grain: "event", subject: "visitors", time: "date", company: "companyId", rows: false, minGroup: 5)
    ${LABEL} {
    date: Date! @dimension ${LABEL}
    companyId: Int @dimension ${LABEL}
    visitors: Int! @measure(kind: DISTINCT, source: [], column: "person") ${LABEL}
    entries: Int! @measure(kind: ADDITIVE, source: []) ${LABEL}
  }`;

test('a mart has the grain report where it names none, with the rules that the grain declares', () => {
  const model = loadModel();
  for (const { grain, subject, company, time, rows } of model.marts) {
    expect(grain).toEqual({
      name: 'report',
      fields: 'ReportRow',
      kinds: ['CUMULATIVE', 'STOCK', 'FLOW'],
      key: ['reportId'],
      subject: 'service_request_id',
      company: { field: 'companyId', column: 'company_id', by: 'id' },
      periods: { year: 'year', period: 'report_type', superseded: 'superseded' },
      certificate: 'certificate_number',
      defects: { source: 'service_report', by: 'reportId' },
      maskedByYear: true,
      inTime: false,
    });
    expect({ subject, company, time, rows }).toEqual({
      subject: 'service_request_id',
      company: { field: 'companyId', column: 'company_id', by: 'id' },
      time: undefined,
      rows: true,
    });
  }
});

test('a mart of events has the steps of its time and nothing of a report', () => {
  const leads = withText(LEADS).marts.find(({ name }) => name === 'Leads');
  expect(leads?.dimensions.map(({ field, column, step }) => [field, column, step])).toEqual([
    ['year', 'created_at', 'YEAR'],
    ['quarter', 'created_at', 'QUARTER'],
    ['month', 'created_at', 'MONTH'],
    ['week', 'created_at', 'WEEK'],
    ['day', 'created_at', 'DAY'],
    ['weekday', 'created_at', 'WEEKDAY'],
    ['leadId', 'lead_id', undefined],
    ['createdAt', 'created_at', undefined],
    ['companyId', 'company_id', undefined],
    ['bin', 'bin', undefined],
  ]);
  expect(leads).toMatchObject({
    subject: 'lead_id',
    time: { field: 'createdAt', column: 'created_at', type: 'DateTime' },
    company: { field: 'companyId', column: 'company_id', by: 'id' },
    rows: true,
    minGroup: 0,
  });
});

test('the schema of a mart of events has what its grain has, and a link from its company', () => {
  const { schema } = withText(LEADS);
  const fieldsOf = fieldsIn(schema);
  const ofTime = ['id', 'year', 'quarter', 'month', 'week', 'day', 'weekday'];
  const own = ['leadId', 'createdAt', 'companyId', 'bin', 'price', 'contact'];
  expect(fieldsOf('Leads')).toEqual([...own, ...ofTime, 'binMasked', 'company']);
  expect(fieldsOf('LeadsGroup')).toEqual([
    ...['key', 'rows', 'companies', 'total', 'sum', 'avg', 'min', 'max', 'count'],
    ...['previous', 'change', 'share'],
  ]);
  expect(fieldsOf('LeadsAggregate')).toEqual(['price', 'contact']);
  expect(typeIn(schema, 'LeadsAggregate', 'contact')).toBe('BigInt');
  for (const type of ['LeadsAdded', 'LeadsAverage', 'LeadsAddedFilter', 'LeadsAverageFilter']) {
    expect(fieldsOf(type)).toEqual(['price']);
  }
  expect(fieldsOf('LeadsGroupKey')).toEqual([...ofTime.slice(1), 'leadId', 'companyId', 'bin']);
  expect(fieldsOf('Company')).toContain('leads');
  expect(fieldsOf('Participant')).not.toContain('leads');
  expect(fieldsOf('Report')).not.toContain('leads');
});

test('a mart without rows has groups alone, whose filter names no measure', () => {
  const { schema } = withText(VISITS);
  const fieldsOf = fieldsIn(schema);
  expect(fieldsOf('Query')).toContain('visitsGroups');
  expect(fieldsOf('Query')).not.toContain('visits');
  expect(fieldsOf('Company')).not.toContain('visits');
  expect(schema.getType('VisitsConnection')).toBeUndefined();
  expect(fieldsOf('VisitsFilter')).not.toContain('visitors');
  expect(fieldsOf('VisitsGroup')).toEqual([
    ...['key', 'rows', 'companies', 'total', 'previous', 'change', 'share'],
  ]);
});

test('a mart that is no report and names no grain is refused', () => {
  expect(
    complaintsOf(`type Leads @mart(key: ["leadId"]) ${LABEL} { leadId: Int! @dimension ${LABEL} }`),
  ).toEqual(['Leads has the key leadId; a key of the grain report begins with reportId.']);
});

test('all that contradicts the grain report is named together', () => {
  expect(
    complaintsOf(`
      type Leads
        @mart(subject: "reportId", time: "signedAt", company: "companyId", rows: false, minGroup: 5, defects: "x")
        ${LABEL} {
        price: Decimal @measure(kind: ADDITIVE, source: []) ${LABEL}
        month: String! @dimension(step: MONTH) ${LABEL}
      }`),
  ).toEqual([
    'Leads.month is a step of time; expected it in the interface of a grain.',
    'Leads names a subject; its grain has one itself.',
    'Leads names a company; its grain has one itself.',
    'Leads names a time; the grain report has none.',
    'Leads names a source of defects; its grain has one itself.',
    'Leads.price is of kind ADDITIVE; the grain report has CUMULATIVE, STOCK, FLOW.',
    'Leads serves no rows; a mart of the grain report serves them.',
    'Leads.reportId is the subject; a mart without rows shows no subject: expected a DISTINCT measure.',
  ]);
});

test('all that contradicts the grain event is named together', () => {
  expect(
    complaintsOf(`
      type Leads @mart(grain: "event", key: ["closedAt"], time: "closedAt", company: "name", reports: "Exports", minGroup: 5, defects: "leads") ${LABEL} {
        closedAt: DateTime @dimension ${LABEL}
        name: String @dimension(rolledUp: true, ofItem: true) ${LABEL}
        price: Decimal @measure(kind: FLOW, source: []) ${LABEL}
        owner: String @measure(kind: DISTINCT, source: [], column: "owner_iin") ${LABEL}
        partner: String @measure(kind: DISTINCT, source: [], column: "partner_bin") ${LABEL}
        won: Boolean @measure(kind: DISTINCT, source: []) ${LABEL}
      }`),
  ).toEqual([
    'Leads.owner is an IIN, which is personal data; expected no such field.',
    'Leads.partner is a measure of BINs; expected a count of companies instead.',
    'Leads.won is a DISTINCT measure; expected the type Date or Int or String.',
    'The key of Leads names closedAt; expected a dimension that is never null.',
    'Leads names no subject; expected the field of whom or what a row is about.',
    'Leads names name as its company; expected companyId, an Int, or a dimension of BINs (@masked).',
    'Leads names closedAt as its time; expected a dimension of type Date or DateTime that is never null.',
    'Leads explains missing values by defects; expected defects, a source table, and defectsBy, a dimension that is never null.',
    'Leads has minGroup and serves rows, which show what a group withholds; expected rows: false with it.',
    'Leads.price is of kind FLOW; the grain event has ADDITIVE, DISTINCT.',
    'Leads names Exports as the mart of its reports; the grain event has no reports.',
    'Leads.name is rolledUp; a mart of the grain event keeps no rollups.',
    'Leads.name is ofItem; a mart of the grain event has no items.',
  ]);
});

test('a mart without rows shows no subject, has no lists, and says how small a group may be', () => {
  expect(
    complaintsOf(`
      type Visits @mart(grain: "event", subject: "person", time: "date", rows: false) ${LABEL} {
        date: Date! @dimension ${LABEL}
        person: Int! @dimension ${LABEL}
        doors: [String!] @dimension ${LABEL}
      }`),
  ).toEqual([
    'Visits serves no rows; expected minGroup, at least 2.',
    'Visits.person is the subject; a mart without rows shows no subject: expected a DISTINCT measure.',
    'Visits.doors is a list; a mart without rows is not grouped by one.',
  ]);
});

test('a grain that no interface declares is refused', () => {
  expect(
    complaintsOf(`type Leads @mart(grain: "day") ${LABEL} { leadId: Int! @dimension ${LABEL} }`),
  ).toEqual(['Leads is of the grain day; expected one of event, report.']);
});

test('a grain contradicts itself where it names what its interface does not have, or half of a rule', () => {
  expect(
    complaintsOf(`
      interface DayRow
        @grain(name: "day", kinds: [ADDITIVE, STOCK], key: ["dayId"], year: "year", certificate: "number", maskedByYear: true) {
        id: ID!
        year: Int! @dimension ${LABEL}
        number: String @dimension ${LABEL}
        month: Int @dimension(step: MONTH) ${LABEL}
      }`),
  ).toEqual([
    'DayRow.month is the step MONTH; expected the type String!.',
    'The grain day names some of year, period and superseded; expected all three or none.',
    'The grain day names dayId as its key; expected a field of DayRow with a column.',
    'The grain day has measures of kind STOCK; expected year, period and superseded.',
    'The grain day masks BINs by year; expected year.',
    'The grain day has a certificate; expected a subject.',
  ]);
});
