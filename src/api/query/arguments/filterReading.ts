import { BadInput } from '../values/badInput';
import { readComparison } from './comparison';
import type { Condition } from './condition';
import { derivedFrom } from './derivedValue';
import { givenFields, givenList } from '../values/givenObject';
import type { Comparable } from '../columns/operand';

/** How deep `and`, `or`, `not` and the filters of linked rows may stand in one another. */
const DEEPEST = 10;
const MAX_COMPARISONS = 500;

/** How many comparisons a filter has so far, those within it included. */
export interface Comparisons {
  count: number;
}

/** Reads `and`, `or` and `not`, and the operators of a field; which fields there are is said below. */
export abstract class FilterReading<Of extends Comparable> {
  constructor(protected readonly comparisons: Comparisons = { count: 0 }) {}

  read(given: unknown, where: string, depth = 0): Condition<Of> {
    if (depth > DEEPEST) {
      throw new BadInput(
        `The filter nests and, or and not deeper than ${String(DEEPEST)} levels; expected at most so many.`,
      );
    }
    const parts = givenFields(given, where).map(([name, value]) =>
      this.readMember(name, value, `${where}.${name}`, depth),
    );
    return { kind: 'and', of: parts };
  }

  /** What is said under a name that is none of `and`, `or` and `not`. */
  protected abstract readField(
    name: string,
    given: unknown,
    where: string,
    depth: number,
  ): Condition<Of>;

  protected readOperators(operand: Of, given: unknown, where: string): Condition<Of> {
    const named = givenFields(given, where, 'an object such as {isNull: true}');
    const tests = named.map(([operator, value]): Condition<Of> => {
      const derived = derivedFrom(operand, operator);
      if (derived) return this.readDerived(operand, derived, value, `${where}.${operator}`);
      this.countComparison();
      const comparison = readComparison(operand, operator, value, `${where}.${operator}`);
      return { kind: 'test', operand, comparison, ofOneValue: operator === 'eq' };
    });
    return { kind: 'and', of: tests };
  }

  /** The operators are said of what is made of the operand's value. */
  private readDerived(
    operand: Of,
    { value, derive }: NonNullable<ReturnType<typeof derivedFrom>>,
    given: unknown,
    where: string,
  ): Condition<Of> {
    const tests = givenFields(given, where).map(([operator, of]): Condition<Of> => {
      this.countComparison();
      const comparison = readComparison(value, operator, of, `${where}.${operator}`);
      return {
        kind: 'test',
        operand,
        comparison: (expression) => comparison(derive(expression)),
      };
    });
    return { kind: 'and', of: tests };
  }

  private countComparison(): void {
    this.comparisons.count += 1;
    if (this.comparisons.count <= MAX_COMPARISONS) return;
    throw new BadInput(
      `The filter has more than ${String(MAX_COMPARISONS)} comparisons; expected at most so many, and in for lists of values.`,
    );
  }

  private readMember(name: string, given: unknown, where: string, depth: number): Condition<Of> {
    if (name === 'not') return { kind: 'not', of: this.read(given, where, depth + 1) };
    if (name !== 'and' && name !== 'or') return this.readField(name, given, where, depth);
    const filters = givenList(given, where);
    if (filters.length === 0) {
      throw new BadInput(`${where} is an empty list; expected at least one filter.`);
    }
    const parts = filters.map((filter, index) =>
      this.read(filter, `${where}[${String(index)}]`, depth + 1),
    );
    return { kind: name, of: parts };
  }
}
