import type { Knex } from 'knex';
import { binAskedFor } from '../../access/bins/bin';
import { identifier, joined, nothing, sql, type Sql } from '../../../ground/database/sql';
import { entityNamed } from '../../model/lookup';
import type { Model } from '../../model/mart';
import { BadInput, shown } from '../values/badInput';
import type { QueryContext } from '../columns/context';
import { CursorForm } from '../arguments/cursor';
import { countRows, readSlice, type RowSet } from '../arguments/keyset';
import type { OrderTerm } from '../values/order';
import { Source } from '../columns/source';
import { readValue } from '../values/value';
import { readWindow } from '../arguments/window';

/** The arguments of the search, as GraphQL gives them. */
export interface SearchRequest {
  readonly text: string;
  readonly first?: unknown;
  readonly after?: unknown;
}

/** From the closest, as silver.names_like numbers them. */
const CLOSENESS = ['EXACT', 'BEGINNING', 'WORDS', 'PART', 'SIMILAR'] as const;

/** A company, or a request of one that the register does not know, that a search found. */
export interface CompanyMatch {
  readonly companyId: number | null;
  /** The request by which it was found, where it was not by the company's own names and BIN. */
  readonly serviceRequestId: number | null;
  readonly name: string | null;
  readonly foundBy: 'BIN' | 'CERTIFICATE_NUMBER' | 'NAME';
  readonly closeness: (typeof CLOSENESS)[number];
  readonly score: number;
}

export interface MatchPage {
  readonly matches: readonly CompanyMatch[];
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
  readonly dataVersionChanged: boolean;
  /** Null where it was not asked for. */
  readonly totalCount: number | null;
  cursorOf(match: CompanyMatch): string;
}

interface RawMatch {
  readonly company_id: number | null;
  readonly service_request_id: number | null;
  readonly name: string | null;
  readonly found_by: CompanyMatch['foundBy'];
  readonly closeness: number;
  readonly score: string;
  readonly subject: string;
}

/** As long as the longest names of the register; a longer text is none. */
const LONGEST_TEXT = 300;

const ORDER: readonly OrderTerm[] = [
  orderedBy('closeness', 'Int'),
  { ...orderedBy('score', 'Sum'), direction: 'DESC' },
  { ...orderedBy('name', 'String'), nullable: true },
  orderedBy('subject', 'String'),
];

/** The text to search for, without what surrounds it. Throws BadInput where it cannot be searched for. */
export function readSearchText(given: unknown): string {
  const text = String(readValue('String', given, 'text')).trim();
  if (text === '') {
    throw new BadInput('text is empty; expected a name, a certificate number or a BIN.');
  }
  if (text.length > LONGEST_TEXT) {
    throw new BadInput(
      `text has ${String(text.length)} characters; expected at most ${String(LONGEST_TEXT)}.`,
    );
  }
  if (!/[\p{L}\p{N}]/u.test(text)) {
    throw new BadInput(`text is ${shown(text)}; expected at least one letter or digit.`);
  }
  return text;
}

/** The certificate numbers that the text may be: people write a sign of numbers before them. */
function certificatesIn(text: string): string[] {
  const [, bare] = /^(?:[№#]|n[o°º]?[. ]|номер )\s*(?=\d)(.+)$/iu.exec(text) ?? [];
  return bare === undefined ? [text] : [text, bare];
}

/** Whether the text is a BIN, or what stands for one. */
export function isBin(text: string): boolean {
  return /^\d{12}$/.test(text);
}

/** Reads one page of what the text finds, the closest first. Throws BadInput where an argument cannot be used. */
export async function searchCompanies(
  database: Knex,
  model: Model,
  request: SearchRequest,
  wants: { readonly totalCount: boolean; readonly pageInfo: boolean },
  context: QueryContext,
): Promise<MatchPage> {
  const text = readSearchText(request.text);
  // How close a company is depends on the text, and so does where it stands.
  const cursors = new CursorForm(ORDER, `companies like ${text}`, context.dataVersionId);
  const { first, after } = request;
  const window = readWindow({ first, after }, cursors);
  const set: RowSet = {
    preface: matchesOf(text, model, context),
    columns: sql`company_id, service_request_id, name, found_by, closeness, score, subject`,
    from: sql`matches`,
    where: (...conditions) =>
      conditions.length === 0 ? nothing : sql`where ${joined(conditions, ' and ')}`,
  };
  const slice = await readSlice<RawMatch>(database, set, ORDER, window, wants.pageInfo);
  let totalCount: number | null = null;
  if (wants.totalCount) {
    totalCount = slice.whole ? slice.rows.length : await countRows(database, set);
  }
  const raws = new Map(slice.rows.map((raw) => [matchOf(raw), raw]));
  return {
    matches: [...raws.keys()],
    hasNextPage: slice.hasNextPage,
    hasPreviousPage: slice.hasPreviousPage,
    dataVersionChanged: window.dataVersionChanged,
    totalCount,
    cursorOf(match) {
      const raw = raws.get(match);
      if (!raw) throw new Error('A cursor was asked for of a match of another page.');
      return cursors.write([raw.closeness, raw.score, raw.name, raw.subject]);
    },
  };
}

/** What the text finds, as `matches`: of each company the closest. */
function matchesOf(text: string, model: Model, context: QueryContext): Sql {
  const found = [
    sql`
      select company_id, service_request_id, name, closeness, score, 'NAME' as found_by
      from silver.names_like(silver.name_looking(${text}::text), silver.name_sounding(${text}::text))`,
    sql`
      select company_id, service_request_id, null, 0, 1, 'CERTIFICATE_NUMBER'
      from silver.service_requests where certificate_number = any(${certificatesIn(text)}::text[])`,
    ...(isBin(text) ? foundByBin(text, context) : []),
  ];
  const companies = new Source(entityNamed(model, 'Company'), context);
  const participants = new Source(entityNamed(model, 'Participant'), context);
  return sql`
    with found as (${joined(found, ' union all ')}),
    matches as (
      select distinct on (subject) company_id, service_request_id, name, found_by, closeness, score, subject
      from (
        select company.company_id, found.service_request_id, found.closeness, found.score, found.found_by,
          coalesce(found.name, company.name, company.short_name, participant.company_name) as name,
          coalesce('company ' || company.company_id, 'request ' || found.service_request_id) as subject
        from found
        left join lateral (
          select m.company_id, m.name, m.short_name from ${companies.from()}
          ${companies.where(sql`m.company_id = found.company_id`)}
        ) as company on true
        left join lateral (
          select m.service_request_id, m.company_name from ${participants.from()}
          ${participants.where(sql`m.service_request_id = found.service_request_id`)}
        ) as participant on true
        where ${isThere(context)}
      ) as resolved
      order by subject, closeness, score desc, found_by collate "C", service_request_id nulls first
    )`;
}

/**
 * Whether what was found is there for the caller. A request that is no participation is there with its
 * company, but for who is confined to certificates: it has one that need not be among them.
 */
function isThere({ viewer: { scope } }: QueryContext): Sql {
  if (scope?.certificates) {
    return sql`(participant.service_request_id is not null
      or (found.service_request_id is null and company.company_id is not null))`;
  }
  if (!scope?.companies) return sql`true`;
  return sql`(company.company_id is not null or participant.service_request_id is not null)`;
}

/** By what the viewer sees of a BIN, or may look up; also the one that only a participation has. */
function foundByBin(bin: string, { viewer, binMask }: QueryContext): Sql[] {
  const asked = (column: string) => binAskedFor(viewer, binMask, { alias: 'm', column }, bin);
  return [
    sql`select m.company_id, null::integer, null, 0, 1, 'BIN' from silver.companies as m where ${asked('tin')}`,
    sql`select m.company_id, m.service_request_id, null, 0, 1, 'BIN'
      from silver.techpark_participants as m where ${asked('company_tin')}`,
  ];
}

function matchOf(raw: RawMatch): CompanyMatch {
  return {
    companyId: raw.company_id,
    serviceRequestId: raw.service_request_id,
    name: raw.name,
    foundBy: raw.found_by,
    closeness: CLOSENESS[raw.closeness] ?? 'SIMILAR',
    score: Number(raw.score),
  };
}

function orderedBy(alias: string, type: OrderTerm['type']): OrderTerm {
  return {
    alias,
    expression: identifier(alias),
    type,
    nullable: false,
    direction: 'ASC',
    nulls: 'LAST',
  };
}
