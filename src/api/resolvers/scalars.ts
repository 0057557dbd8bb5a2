import { GraphQLError, Kind, valueFromASTUntyped, type ValueNode } from 'graphql';
import { BadInput, shown } from '../query/values/badInput';
import { MAX_DIGITS, readValue } from '../query/values/value';
import { isoMoment } from './request/isoMoment';

/** How the values of a scalar come in and go out; what it means stands in the schema. */
interface ScalarValues<Output> {
  readonly serialize: (value: unknown) => Output;
  readonly parseValue: (given: unknown) => string;
  readonly parseLiteral: (node: ValueNode) => string;
}

function scalar<Output>(
  read: (given: unknown) => string,
  serialize: (value: unknown) => Output,
): ScalarValues<Output> {
  const readAt = (node: ValueNode): string => {
    try {
      return read(literal(node));
    } catch (error) {
      // Where it stands belongs into the answer.
      if (error instanceof GraphQLError) throw new GraphQLError(error.message, { nodes: node });
      throw error;
    }
  };
  return { serialize, parseValue: read, parseLiteral: readAt };
}

/** A number's digits as they are written: as a JavaScript number it could lose some. */
function literal(node: ValueNode): unknown {
  const isNumber = node.kind === Kind.INT || node.kind === Kind.FLOAT;
  return isNumber ? node.value : valueFromASTUntyped(node);
}

function refuse(given: unknown, expected: string): GraphQLError {
  return new GraphQLError(`${shown(given)} cannot be read; expected ${expected}.`);
}

/** A JSON number of more digits may be another than the caller wrote. */
const SURE_DIGITS = 15;

function readDecimal(given: unknown): string {
  const text = typeof given === 'number' ? String(given) : given;
  if (typeof text !== 'string' || !isShort(text) || !/^-?\d+(\.\d{1,2})?$/.test(text)) {
    throw refuse(
      given,
      `at most ${String(MAX_DIGITS)} digits, and at most 2 after a decimal point, such as "1250.50"`,
    );
  }
  if (typeof given === 'number' && text.replaceAll(/[-.]/g, '').length > SURE_DIGITS) {
    throw refuse(given, `a string where a number has more than ${String(SURE_DIGITS)} digits`);
  }
  return text;
}

function readBigInt(given: unknown): string {
  const text = Number.isSafeInteger(given) ? String(given) : given;
  if (typeof text === 'string' && isShort(text) && /^-?\d+$/.test(text)) return text;
  throw refuse(
    given,
    `a whole number of at most ${String(MAX_DIGITS)} digits, as a string from 2^53`,
  );
}

function isShort(text: string): boolean {
  const [whole = ''] = text.replace('-', '').split('.', 1);
  return whole.length <= MAX_DIGITS;
}

/** The query's own reading decides what a value of the type is. */
function readAs(type: 'Date' | 'DateTime') {
  return (given: unknown): string => {
    try {
      return String(readValue(type, given, `The ${type}`));
    } catch (error) {
      throw error instanceof BadInput ? new GraphQLError(error.message) : error;
    }
  };
}

function exactText(name: string, form: RegExp) {
  return (value: unknown): string => {
    if (typeof value === 'string' && form.test(value)) return value;
    throw new Error(`A ${name} to be answered is no text of its form.`);
  };
}

function wholeNumber(value: unknown): number | string {
  const text = String(value);
  if (!/^-?\d+$/.test(text)) throw new Error('A BigInt to be answered is no whole number.');
  const number = Number(text);
  return Number.isSafeInteger(number) ? number : text;
}

export const scalars = {
  Decimal: scalar(readDecimal, exactText('Decimal', /^-?\d+\.\d\d$/)),
  Date: scalar(readAs('Date'), exactText('Date', /^\d{4,6}-\d\d-\d\d( BC)?$/)),
  DateTime: scalar(readAs('DateTime'), isoMoment),
  BigInt: scalar(readBigInt, wholeNumber),
};
