import type { RowScope } from '../../access/rowScope';
import { bareName, identifier, joined, sql, type Sql } from '../../../ground/database/sql';
import type { CompanyLink, EventTime } from '../../model/grain';
import { isMart } from '../../model/lookup';
import type { Table } from '../../model/mart';
import { certificateExpressions, certificateJoins } from './certificate';
import { isOutOfScope } from './outOfScope';
import { dayOf, stepOf } from './timeSteps';

/**
 * The conditions under which rows of a table, as `m`, are there for a caller that is confined to a scope;
 * none where it is not. All that reads rows has them by its Source, so that what is outside of a scope is
 * as if it did not exist. They are closed in themselves: what a row that is there leads to is there too.
 * `certificateNumber` is the row's resolved one.
 */
export function scopeConditions(
  table: Table,
  scope: RowScope | undefined,
  certificateNumber: () => Sql,
): readonly Sql[] {
  if (!scope) return [];
  if (isOutOfScope(scope, table)) return [sql`false`];
  if (isMart(table) && table.time) return ofEvent(scope, table.time, table.company);
  const year = table.grain?.periods?.year;
  if (year !== undefined) return ofReport(scope, bareName(`m.${year}`), certificateNumber);
  if (table.name === 'Participant') return ofParticipation(scope);
  if (table.name === 'Company') return ofCompany(scope);
  throw new Error(`Nothing says which rows of ${table.name} are in a scope.`);
}

/** The years hold for all; of companies and certificates one is enough. */
function ofReport(scope: RowScope, year: Sql, certificateNumber: () => Sql): Sql[] {
  const { years, companies, certificates } = scope;
  const conditions = ofYears(years, year);
  const who: Sql[] = [];
  if (companies) who.push(isOneOf(companies));
  if (certificates) who.push(sql`${certificateNumber()} = any(${certificates}::text[])`);
  if (who.length > 0) conditions.push(sql`(${joined(who, ' or ')})`);
  return conditions;
}

function ofYears(years: RowScope['years'], year: Sql): Sql[] {
  if (!years) return [];
  const spans = years.map(([from, to]) => sql`${year} between ${from}::integer and ${to}::integer`);
  return [sql`(${joined(spans, ' or ')})`];
}

/** A certificate is of a participation, and leads to no event: `isOutOfScope` has refused where it alone confines. */
function ofEvent(
  { years, companies }: RowScope,
  { column, type }: EventTime,
  company: CompanyLink | undefined,
): Sql[] {
  const conditions = ofYears(years, stepOf('YEAR', dayOf(type, identifier(`m.${column}`))));
  if (companies && company) {
    const own = identifier(`m.${company.column}`);
    conditions.push(
      company.by === 'id'
        ? sql`${own} = any(${companies}::integer[])`
        : sql`${own} in (select known.tin from silver.companies as known where known.company_id = any(${companies}::integer[]))`,
    );
  }
  return conditions;
}

/** Also a report under another certificate than the register's shows to whom it belongs. */
function ofParticipation(scope: RowScope): Sql[] {
  const { companies, certificates } = scope;
  if (!certificates) return companies ? [isOneOf(companies)] : [];
  const parts = [
    sql`m.certificate_number = any(${certificates}::text[])`,
    sql`m.service_request_id in (select m.service_request_id ${reportsInScope(scope)})`,
  ];
  if (companies) parts.push(isOneOf(companies));
  return [sql`(${joined(parts, ' or ')})`];
}

function ofCompany(scope: RowScope): Sql[] {
  const { companies, certificates } = scope;
  if (!certificates) return companies ? [isOneOf(companies)] : [];
  const participations = joined(ofParticipation(scope), ' and ');
  const parts = [
    sql`m.company_id in (select m.company_id from silver.techpark_participants as m where ${participations})`,
    sql`m.company_id in (select m.company_id ${reportsInScope(scope)})`,
  ];
  if (companies) parts.push(isOneOf(companies));
  return [sql`(${joined(parts, ' or ')})`];
}

/** The mart with exactly one row a signed report, whichever marts the scope has. */
function reportsInScope(scope: RowScope): Sql {
  const conditions = ofReport(scope, sql`m.year`, () => certificateExpressions.number);
  return sql`from gold.general_indicators as m ${certificateJoins} where ${joined(conditions, ' and ')}`;
}

function isOneOf(companies: readonly number[]): Sql {
  return sql`m.company_id = any(${companies}::integer[])`;
}
