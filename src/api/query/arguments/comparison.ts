import { sql, type Sql } from '../../../ground/database/sql';
import type { ScalarType } from '../../../ground/types/scalarType';
import { types } from '../../../ground/types/types';
import { BadInput } from '../values/badInput';
import { givenList } from '../values/givenObject';
import type { Comparable } from '../columns/operand';
import {
  bound,
  boundList,
  comparable,
  readValue,
  type Value,
  type ValueType,
} from '../values/value';

/** A test of a value, as SQL about the value's expression. */
export type Comparison = (expression: Sql) => Sql;

/** The most values that one list may hold. */
const MAX_VALUES = 1_000;

type Reader = (type: ValueType, given: unknown, where: string) => Comparison;

const equality: Readonly<Record<string, Reader>> = {
  eq(type, given, where) {
    const value = bound(type, readValue(type, given, where));
    return (expression) => sql`${expression} = ${value}`;
  },
  ne(type, given, where) {
    const value = bound(type, readValue(type, given, where));
    return (expression) => sql`${expression} is distinct from ${value}`;
  },
  in(type, given, where) {
    const values = boundList(type, readValues(type, given, where));
    return (expression) => sql`${expression} = any(${values})`;
  },
  notIn(type, given, where) {
    const values = boundList(type, readValues(type, given, where));
    return (expression) => sql`(${expression} = any(${values})) is not true`;
  },
  isNull: (_type, given, where) =>
    readTruth(given, where, (expression) => sql`${expression} is null`),
};

const order: Readonly<Record<string, Reader>> = {
  lt: inOrder(sql`<`),
  lte: inOrder(sql`<=`),
  gt: inOrder(sql`>`),
  gte: inOrder(sql`>=`),
};

const text: Readonly<Record<string, Reader>> = {
  contains: like((pattern) => `%${pattern}%`),
  startsWith: like((pattern) => `${pattern}%`),
};

/** As letters stand, capitals told apart. The schema does not offer these; a door that compares so does. */
const exactText: Readonly<Record<string, Reader>> = {
  holdsExactly: exact((expression, value) => sql`strpos(${expression}, ${value}) > 0`),
  startsExactly: exact((expression, value) => sql`starts_with(${expression}, ${value})`),
  endsExactly: exact(
    (expression, value) => sql`right(${expression}, char_length(${value})) = ${value}`,
  ),
};

/** Operators about a list's elements; `isEmpty` holds for a list without any and for none at all. */
const elements: Readonly<Record<string, Reader>> = {
  has(type, given, where) {
    const value = bound(type, readValue(type, given, where));
    return (expression) => sql`${value} = any(${expression})`;
  },
  hasAny(type, given, where) {
    const values = boundList(type, readValues(type, given, where));
    return (expression) => sql`${expression} && ${values}`;
  },
  isEmpty: (_type, given, where) =>
    readTruth(given, where, (expression) => sql`coalesce(cardinality(${expression}), 0) = 0`),
  isNull: (_type, given, where) =>
    readTruth(given, where, (expression) => sql`${expression} is null`),
};

/** Reads one operator of a field's filter, such as `{gte: 2021}`. */
export function readComparison(
  operand: Comparable,
  operator: string,
  given: unknown,
  where: string,
): Comparison {
  const operators = operatorsOf(operand);
  const reader = Object.hasOwn(operators, operator)
    ? operators[operator]
    : unofferedReader(operand, operator);
  if (!reader) {
    const known = Object.keys(operators).join(', ');
    throw new BadInput(`${where} is not an operator of ${operand.name}; expected one of ${known}.`);
  }
  return reader(operand.type, given, where);
}

const OPERATORS: Readonly<Record<ScalarType['compared'], Readonly<Record<string, Reader>>>> = {
  equality,
  order: { ...equality, ...order },
  text: { ...equality, ...order, ...text },
};

function operatorsOf({ type, list }: Comparable): Readonly<Record<string, Reader>> {
  return list ? elements : OPERATORS[types[type].compared];
}

function unofferedReader({ type, list }: Comparable, operator: string): Reader | undefined {
  return type === 'String' && !list && Object.hasOwn(exactText, operator)
    ? exactText[operator]
    : undefined;
}

function inOrder(sign: Sql): Reader {
  return (type, given, where) => {
    const value = bound(type, readValue(type, given, where));
    return (expression) => sql`${comparable(type, expression)} ${sign} ${value}`;
  };
}

/** Case-insensitive by the rules of Unicode, Cyrillic included, whatever the database's locale. */
function like(patternOf: (escaped: string) => string): Reader {
  return (type, given, where) => {
    const value = String(readValue(type, given, where));
    const pattern = patternOf(value.replaceAll(/[\\%_]/g, '\\$&'));
    return (expression) =>
      sql`lower(${expression} collate "und-x-icu") like lower(${pattern}::text collate "und-x-icu")`;
  };
}

function exact(test: (expression: Sql, value: Sql) => Sql): Reader {
  return (type, given, where) => {
    const value = bound(type, readValue(type, given, where));
    return (expression) => test(expression, value);
  };
}

function readTruth(given: unknown, where: string, test: Comparison): Comparison {
  return readValue('Boolean', given, where) === true
    ? test
    : (expression) => sql`(${test(expression)}) is not true`;
}

function readValues(type: ValueType, given: unknown, where: string): readonly Value[] {
  const values = givenList(given, where);
  if (values.length === 0 || values.length > MAX_VALUES) {
    const count =
      values.length === 0 ? 'an empty list' : `a list of ${String(values.length)} values`;
    throw new BadInput(`${where} is ${count}; expected 1 to ${String(MAX_VALUES)} values.`);
  }
  return values.map((value, index) => readValue(type, value, `${where}[${String(index)}]`));
}
