import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Knex } from 'knex';
import { loadModel, type ServedModel } from '../../../src/api/model/read/loadModel';
import { schemaFolder } from '../../../src/api/model/read/schemaFiles';

const label = (en: string) => `@label(kk: "Қазақша", ru: "Русский", en: "${en}")`;

/** Events that serve rows, of companies that are known by their ids. */
const LEADS = `
  "Leads of sales."
  type Leads
    @mart(
      grain: "event", key: ["leadId"], subject: "leadId", time: "createdAt", company: "companyId",
      defects: "crm_leads", defectsBy: "leadId"
    )
    ${label('Leads')} {
    leadId: Int! @dimension ${label('Lead id')}
    createdAt: DateTime! @dimension ${label('Created')}
    companyId: Int @dimension ${label('Company id')}
    bin: String @dimension @masked ${label('BIN')}
    outcome: LeadOutcome! @dimension ${label('Outcome')}
    tags: [String!] @dimension(groupAs: "tag") ${label('Tags')}
    "The price."
    price: Decimal @measure(kind: ADDITIVE, source: ["price"]) ${label('Price')}
    daysToClose: Int @measure(kind: ADDITIVE, source: ["days"]) ${label('Days to close')}
    contact: String @measure(kind: DISTINCT, source: ["contact"], column: "contact_id") ${label('Contact')}
  }
  enum LeadOutcome {
    OPEN ${label('Open')}
    WON ${label('Won')}
    LOST ${label('Lost')}
  }
  input LeadOutcomeFilter { eq: LeadOutcome ne: LeadOutcome in: [LeadOutcome!] }
`;

/** Events that serve rows, of companies that are known by their BINs alone. */
const CALLS = `
  "Telephone calls."
  type Calls @mart(grain: "event", key: ["callId"], subject: "callId", time: "day0", company: "companyBin")
    ${label('Calls')} {
    callId: String! @dimension ${label('Call id')}
    day0: Date! @dimension(column: "happened_on") ${label('Happened on')}
    companyBin: String @dimension @masked ${label('BIN of the company')}
    seconds: Int! @measure(kind: ADDITIVE, source: []) ${label('Seconds')}
  }
`;

/** Events of persons, of which groups alone are served. */
const VISITS = `
  "Visits of the building."
  type Visits
    @mart(grain: "event", subject: "visitors", time: "date", company: "companyId", rows: false, minGroup: 5)
    ${label('Visits')} {
    date: Date! @dimension ${label('Date')}
    companyId: Int @dimension ${label('Company id')}
    firstHour: Int! @dimension ${label('Hour of first entry')}
    visitors: Int! @measure(kind: DISTINCT, source: [], column: "person", unit: PERSONS) ${label('Visitors')}
    minutesInside: Int! @measure(kind: ADDITIVE, source: []) ${label('Minutes inside')}
  }
`;

let known: ServedModel | undefined;

/** The product's model with three marts of events more. */
export function eventModel(): ServedModel {
  if (known) return known;
  const folder = mkdtempSync(join(tmpdir(), 'events-'));
  try {
    cpSync(schemaFolder, folder, { recursive: true });
    for (const [name, text] of Object.entries({ leads: LEADS, calls: CALLS, visits: VISITS })) {
      writeFileSync(join(folder, 'marts', `${name}.graphql`), text);
    }
    return (known = loadModel(folder));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const CHANGED_AT = 'changed_at timestamptz not null default statement_timestamp()';

/** The tables of these marts, as a migration would make them. */
export async function createEventTables(database: Knex): Promise<void> {
  await database.raw(`
    create table gold.leads (
      lead_id integer primary key, created_at timestamptz not null, company_id integer, bin text,
      outcome text not null default 'open', tags text[], price numeric(20, 2), days_to_close integer,
      contact_id text, ${CHANGED_AT});
    create table gold.calls (
      call_id text primary key, happened_on date not null, company_bin text, seconds integer not null,
      ${CHANGED_AT});
    create table gold.visits (
      date date not null, person integer not null, company_id integer, first_hour integer not null,
      minutes_inside integer not null, primary key (date, person), ${CHANGED_AT});`);
}

/** A lead; its company and its day are what a test says. */
export interface GivenLead {
  readonly lead_id: number;
  readonly created_at: string;
  readonly [column: string]: unknown;
}

export async function givenLeads(database: Knex, leads: readonly GivenLead[]): Promise<void> {
  const columns = [...new Set(leads.flatMap((lead) => Object.keys(lead)))];
  const even = leads.map((lead) => ({
    ...Object.fromEntries(columns.map((column) => [column, lead[column] ?? null])),
    outcome: lead['outcome'] ?? 'open',
  }));
  await database.batchInsert('gold.leads', even, 500);
}
