import { sql, type Sql } from '../../../ground/database/sql';
import type { Comparable } from '../columns/operand';
import type { ValueType } from '../values/value';

/** What is made of a value before it is compared, such as the year of a day. */
interface Derivation {
  readonly of: readonly ValueType[];
  readonly type: ValueType;
  readonly derive: (expression: Sql, of: ValueType) => Sql;
}

/** Moments are taken in UTC, in which they are shown. The schema does not offer these; a door that derives so does. */
const derivations: Readonly<Record<string, Derivation>> = {
  inLowerCase: {
    of: ['String'],
    type: 'String',
    derive: (expression) => sql`lower(${expression} collate "und-x-icu")`,
  },
  inUpperCase: {
    of: ['String'],
    type: 'String',
    derive: (expression) => sql`upper(${expression} collate "und-x-icu")`,
  },
  yearOf: part(sql`year`),
  monthOf: part(sql`month`),
  dayOf: part(sql`day`),
  dateOf: {
    of: ['DateTime'],
    type: 'Date',
    derive: (expression) => sql`(${expression} at time zone 'UTC')::date`,
  },
};

/** The derived value as something to compare, and how it is made; undefined where nothing is derived so. */
export function derivedFrom(
  { name, type, list }: Comparable,
  derivation: string,
): { readonly value: Comparable; readonly derive: (expression: Sql) => Sql } | undefined {
  const found = Object.hasOwn(derivations, derivation) ? derivations[derivation] : undefined;
  if (!found || list || !found.of.includes(type)) return undefined;
  return {
    value: { name, type: found.type, list: false },
    derive: (expression) => found.derive(expression, type),
  };
}

function part(name: Sql): Derivation {
  return {
    of: ['Date', 'DateTime'],
    type: 'Int',
    derive(expression, of) {
      const day = of === 'DateTime' ? sql`(${expression} at time zone 'UTC')` : expression;
      return sql`extract(${name} from ${day})::integer`;
    },
  };
}
