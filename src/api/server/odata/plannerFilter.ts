import type { Compared, Condition, Derivation, Test } from '../../odata/asked/condition';
import { plannedField, type PlannedTable } from './plannedTable';

/** A filter in the form in which the planner takes it. */
export type GivenFilter = Readonly<Record<string, unknown>>;

const OPERATORS = {
  eq: 'eq',
  ne: 'ne',
  gt: 'gt',
  ge: 'gte',
  lt: 'lt',
  le: 'lte',
  contains: 'holdsExactly',
  startswith: 'startsExactly',
  endswith: 'endsExactly',
} as const;

const DERIVATIONS: Readonly<Record<Derivation, string>> = {
  tolower: 'inLowerCase',
  toupper: 'inUpperCase',
  year: 'yearOf',
  month: 'monthOf',
  day: 'dayOf',
  date: 'dateOf',
};

export function plannerFilter(condition: Condition, planned: PlannedTable): GivenFilter {
  switch (condition.kind) {
    case 'constant':
      return condition.holds ? {} : { not: {} };
    case 'not':
      return { not: plannerFilter(condition.of, planned) };
    case 'test':
      return testOf(condition, planned);
    default:
      return { [condition.kind]: condition.of.map((part) => plannerFilter(part, planned)) };
  }
}

function testOf(
  { property, derivation, test }: Extract<Condition, { kind: 'test' }>,
  planned: PlannedTable,
): GivenFilter {
  const { path, inLowerCase } = plannedField(planned, property);
  const stored = (value: Compared) =>
    inLowerCase && typeof value === 'string' ? value.toLowerCase() : value;
  const operators = operatorsOf(test, stored);
  const given = derivation ? { [DERIVATIONS[derivation]]: operators } : operators;
  return path.reduceRight<GivenFilter>((inner, name) => ({ [name]: inner }), given);
}

function operatorsOf(test: Test, stored: (value: Compared) => Compared): GivenFilter {
  switch (test.operator) {
    case 'null':
      return { isNull: test.holds };
    case 'in':
      return { in: test.values.map(stored) };
    case 'has':
      return { hasAny: test.values };
    case 'any':
      return { isEmpty: false };
    default:
      return { [OPERATORS[test.operator]]: stored(test.value) };
  }
}
