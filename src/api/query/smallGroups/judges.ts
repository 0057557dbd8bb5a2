import { bareName, sql, type Sql } from '../../../ground/database/sql';
import type { Mart } from '../../model/mart';
import type { QueryContext } from '../columns/context';
import { companyColumn, countSql } from '../aggregates/aggregate';

/** By whom it is judged whether a group is small. */
export interface Judge {
  /** A group must have so many of them. */
  readonly minimum: number;
  /** The one that a row is of; never null. */
  readonly member: Sql;
  /** How many of them some rows have. */
  readonly count: Sql;
}

/** How many companies a group must have for this caller to see it; 0 where every group is seen. */
function minCompanies({ viewer, minGroupCompanies = 0 }: QueryContext): number {
  return viewer.rights.has('bin:read') ? 0 : minGroupCompanies;
}

/** All by whom groups of the mart are judged for this caller; none where every group is seen. */
export function judgesOf(mart: Mart, context: QueryContext): readonly Judge[] {
  const companies = minCompanies(context);
  const judges: Judge[] = [];
  if (companies > 0 && mart.company) {
    judges.push({
      minimum: companies,
      member: companyOfRow(mart),
      count: countSql('companies', mart),
    });
  }
  if (mart.minGroup > 0) {
    const subject = bareName(mart.subject);
    judges.push({
      minimum: mart.minGroup,
      member: subject,
      count: sql`count(distinct ${subject})`,
    });
  }
  return judges;
}

export function isJudged(mart: Mart, context: QueryContext): boolean {
  return judgesOf(mart, context).length > 0;
}

/** A row without a company stands for the company of its subject. */
function companyOfRow(mart: Mart): Sql {
  const [company, subject] = [companyColumn(mart), bareName(mart.subject)];
  // Ids of requests are whole numbers; subjects of events, and BINs, may be texts.
  return mart.grain.periods
    ? sql`case when ${company} is null then -1 - ${subject}::bigint else ${company} end`
    : sql`coalesce('company ' || ${company}::text, 'subject ' || ${subject}::text)`;
}
