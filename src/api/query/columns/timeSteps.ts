import { sql, type Sql } from '../../../ground/database/sql';
import type { EventTime, TimeStep } from '../../model/grain';

/** The day of a time, in Kazakhstan: a DateTime has one only in a zone. */
export function dayOf(type: EventTime['type'], time: Sql): Sql {
  return type === 'Date' ? time : sql`(${time} at time zone 'Asia/Almaty')::date`;
}

/** A step of a day, in the form that is shown. The year of a week is the one that its Thursday is in. */
export function stepOf(step: TimeStep, day: Sql): Sql {
  switch (step) {
    case 'YEAR':
      return sql`extract(year from ${day})::integer`;
    case 'QUARTER':
      return sql`to_char(${day}::timestamp, 'YYYY-"Q"Q')`;
    case 'MONTH':
      return sql`to_char(${day}::timestamp, 'YYYY-MM')`;
    case 'WEEK':
      return sql`to_char(${day}::timestamp, 'IYYY-"W"IW')`;
    case 'DAY':
      return day;
    case 'WEEKDAY':
      return sql`extract(isodow from ${day})::integer`;
  }
}

/**
 * The longer steps that a value of this one belongs to, as expressions of its shown form: whoever knows the
 * groups of both can subtract. Of those that lie within one another the shortest is enough.
 */
export function stepsAround(step: TimeStep, value: Sql): readonly Sql[] {
  switch (step) {
    case 'DAY':
      return (['MONTH', 'WEEK', 'WEEKDAY'] as const).map((longer) => stepOf(longer, value));
    case 'MONTH':
      return [stepOf('QUARTER', sql`to_date(${value}, 'YYYY-MM')`)];
    case 'QUARTER':
      return [sql`left(${value}, 4)`];
    default:
      return [];
  }
}

/** Whether all times of one value of a step have one value of the other. */
export function determines(step: TimeStep, other: TimeStep): boolean {
  if (step === 'DAY') return other !== 'DAY';
  if (step === 'MONTH') return other === 'QUARTER' || other === 'YEAR';
  return step === 'QUARTER' && other === 'YEAR';
}

/** The steps that lead from a time to the one before, from the shortest. */
const LEADING = ['DAY', 'WEEK', 'MONTH', 'QUARTER', 'YEAR'] as const;
export type LeadingStep = (typeof LEADING)[number];

/** The shortest of the steps that leads back in time; undefined where none does. */
export function shortestStep(steps: readonly (TimeStep | undefined)[]): LeadingStep | undefined {
  return LEADING.find((step) => steps.includes(step));
}

/** The day that stands for the given one, a step later: of months and longer, the first day. */
export function aStepLater(step: LeadingStep, day: Sql): Sql {
  switch (step) {
    case 'DAY':
      return sql`(${day} + 1)`;
    case 'WEEK':
      return sql`(${day} + 7)`;
    case 'MONTH':
      return sql`(date_trunc('month', ${day}::timestamp) + interval '1 month')::date`;
    case 'QUARTER':
      return sql`(date_trunc('quarter', ${day}::timestamp) + interval '3 months')::date`;
    case 'YEAR':
      return sql`(date_trunc('year', ${day}::timestamp) + interval '1 year')::date`;
  }
}
