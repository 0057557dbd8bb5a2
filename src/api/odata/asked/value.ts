import type { EdmType, Property } from '../model/entityModel';
import { wrong } from '../refused';
import type { Literal } from '../syntax/literal';
import type { Compared } from './condition';

const EXPECTED: Readonly<Record<EdmType, string>> = {
  'Edm.Int32': 'a whole number from -2147483648 to 2147483647',
  'Edm.String': "a text such as 'ТОО'",
  'Edm.Boolean': 'true or false',
  'Edm.Decimal': 'a number such as 1250000.50',
  'Edm.Date': 'a day of the calendar, as 2026-01-31',
  'Edm.DateTimeOffset': 'a moment, as 2026-01-31T09:30:00Z',
};

/** What is compared: a property, or what is made of one. */
export type ComparedValue = Pick<Property, 'name' | 'type' | 'values'>;

/** The value of a literal that is compared with a property. Throws where it is of another type. */
export function valueOf(literal: Literal, compared: ComparedValue, what: string): Compared {
  const value = read(literal, compared);
  if (value !== undefined) return value;
  const expected = compared.values
    ? `one of ${compared.values.map(({ value }) => `'${value}'`).join(', ')}`
    : EXPECTED[compared.type];
  throw wrong(
    `${what} compares ${compared.name} with ${shown(literal)}; expected ${expected}.`,
    what,
  );
}

function read(literal: Literal, { type, values }: ComparedValue): Compared | undefined {
  switch (type) {
    case 'Edm.Int32':
      return literal.of === 'number' ? wholeNumber(literal.text) : undefined;
    case 'Edm.Decimal':
      return literal.of === 'number' ? literal.text : undefined;
    case 'Edm.Boolean':
      return literal.of === 'boolean' ? literal.value : undefined;
    case 'Edm.String': {
      if (literal.of !== 'string') return undefined;
      const isKnown = !values || values.some(({ value }) => value === literal.value);
      return isKnown ? literal.value : undefined;
    }
    case 'Edm.Date':
      return dayOf(literal);
    case 'Edm.DateTimeOffset':
      if (literal.of === 'date') return `${literal.text}T00:00:00Z`;
      return literal.of === 'moment' ? literal.text : undefined;
  }
}

function wholeNumber(text: string): number | undefined {
  const number = Number(text);
  return Number.isInteger(number) && Math.abs(number + 0.5) <= 2_147_483_647.5 ? number : undefined;
}

/** A day comes as its first moment from programs that have no type for days. */
function dayOf(literal: Literal): string | undefined {
  if (literal.of === 'date') return literal.text;
  if (literal.of !== 'moment') return undefined;
  return /^(\d{4}-\d\d-\d\d)T00:00:00[Z+-]/.exec(literal.text)?.[1];
}

function shown(literal: Literal): string {
  switch (literal.of) {
    case 'null':
      return 'null';
    case 'boolean':
      return String(literal.value);
    case 'string': {
      const { value } = literal;
      return `'${value.length > 60 ? `${value.slice(0, 60)}…` : value}'`;
    }
    default:
      return literal.text.length > 60 ? `${literal.text.slice(0, 60)}…` : literal.text;
  }
}
