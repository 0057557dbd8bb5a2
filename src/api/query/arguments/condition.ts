import { joined, sql, type Sql } from '../../../ground/database/sql';
import type { Comparison } from './comparison';
import type { Operand } from '../columns/operand';

/** A filter once it is read: plain data, in which every value is known to be sound. */
export type Condition<Of = Operand> =
  | { readonly kind: 'constant'; readonly holds: boolean }
  | { readonly kind: 'and' | 'or'; readonly of: readonly Condition<Of>[] }
  | { readonly kind: 'not'; readonly of: Condition<Of> }
  | {
      readonly kind: 'test';
      readonly operand: Of;
      readonly comparison: Comparison;
      /** It holds for one value alone. */
      readonly ofOneValue?: boolean;
    };

/** Where the operands of a condition have their expressions. */
interface Place<Of> {
  expression(operand: Of): Sql;
}

/**
 * The condition as SQL. Null inside counts as false: only `not` has to say so, since `and` and `or`
 * of such values come out the same for a WHERE clause. So `not` is an exact complement.
 */
export function conditionSql<Of>(condition: Condition<Of>, source: Place<Of>): Sql {
  switch (condition.kind) {
    case 'constant':
      return condition.holds ? sql`true` : sql`false`;
    case 'not':
      return sql`(${conditionSql(condition.of, source)}) is not true`;
    case 'test':
      return condition.comparison(source.expression(condition.operand));
    default: {
      if (condition.of.length === 0) return condition.kind === 'and' ? sql`true` : sql`false`;
      const parts = condition.of.map((part) => conditionSql(part, source));
      return sql`(${joined(parts, ` ${condition.kind} `)})`;
    }
  }
}

/** The part of the condition that is about reports, and says nothing of their items. */
export function aboutReports(condition: Condition): Condition {
  return lookingPast(({ ofItem }) => ofItem, condition);
}

/** The part of the condition that holds whatever the year, or the time of an event. */
export function aboutAnyTime(condition: Condition): Condition {
  return lookingPast(({ ofTime }) => ofTime, condition);
}

/** Whether the condition says nothing but of the year. */
export function isOfYearAlone(condition: Condition): boolean {
  switch (condition.kind) {
    case 'constant':
      return true;
    case 'not':
      return isOfYearAlone(condition.of);
    case 'test':
      return condition.operand.ofTime;
    default:
      return condition.of.every(isOfYearAlone);
  }
}

/** Whether it is plain that every row for which the condition holds is of one and the same year. */
export function isOfOneYear(condition: Condition): boolean {
  if (condition.kind === 'test') return condition.operand.ofTime && condition.ofOneValue === true;
  return condition.kind === 'and' && condition.of.some(isOfOneYear);
}

/** All that the condition asks of, in no order; the same may stand there more than once. */
export function operandsIn<Of>(condition: Condition<Of>): readonly Of[] {
  switch (condition.kind) {
    case 'constant':
      return [];
    case 'not':
      return operandsIn(condition.of);
    case 'test':
      return [condition.operand];
    default:
      return condition.of.flatMap((part) => operandsIn(part));
  }
}

/** Whether the condition leaves every row, being none. */
export function isNoCondition(condition: Condition): boolean {
  return condition.kind === 'and' && condition.of.every(isNoCondition);
}

/**
 * The strongest condition that follows from this one and names none of the hidden operands. What is
 * said of them becomes neutral: true where it stands plainly, and false under a `not`.
 */
function lookingPast(
  hidden: (operand: Operand) => boolean,
  condition: Condition,
  plainly = true,
): Condition {
  switch (condition.kind) {
    case 'constant':
      return condition;
    case 'not':
      return { kind: 'not', of: lookingPast(hidden, condition.of, !plainly) };
    case 'test':
      return hidden(condition.operand) ? { kind: 'constant', holds: plainly } : condition;
    default: {
      const parts = condition.of.map((part) => lookingPast(hidden, part, plainly));
      return { kind: condition.kind, of: parts };
    }
  }
}
