import fc from 'fast-check';
import type { Group } from '../../../../src/api/query/groups/groups';

type Given = Readonly<Record<string, unknown>>;

const COUNTS = ['rows', 'companies', 'participations'] as const;

/** Conditions on one value of a group: whole numbers, of which some stand just where a value does. */
const tests = fc.oneof(
  fc.record({ gt: fc.constantFrom('-1', '0', '2') }),
  fc.record({ lte: fc.constantFrom('0', '3', '100') }),
  fc.record({ eq: fc.constantFrom('0', '1', '-2') }),
  fc.record({ ne: fc.constantFrom('0', '3') }),
  fc.record({ isNull: fc.boolean() }),
);

/** Filters of groups by any of these aggregates of the measure and by counts, joined at random. */
export function groupFilters(
  measure: string,
  aggregates: readonly string[],
): fc.Arbitrary<object | undefined> {
  const leaf = fc.oneof(
    fc
      .tuple(fc.constantFrom(...aggregates), tests)
      .map(([aggregate, test]) => ({ [aggregate]: { [measure]: test } })),
    fc
      .tuple(fc.constantFrom(...COUNTS), fc.constantFrom('gt', 'lte', 'eq'), fc.nat({ max: 3 }))
      .map(([count, operator, value]) => ({ [count]: { [operator]: value } })),
  );
  const joined = fc.letrec<{ filter: object }>((tie) => ({
    filter: fc.oneof(
      { maxDepth: 2 },
      leaf,
      fc.array(tie('filter'), { minLength: 1, maxLength: 2 }).map((or) => ({ or })),
      tie('filter').map((not) => ({ not })),
      fc.tuple(leaf, leaf).map(([one, other]) => ({ and: [one, other] })),
    ),
  })).filter;
  return fc.option(joined, { nil: undefined, freq: 2 });
}

/** Whether the plain reading of the filter means the group. */
export function isMeant(filter: object | undefined, group: Group): boolean {
  return Object.entries(filter ?? {}).every(([name, given]) => {
    if (name === 'not') return !isMeant(given as Given, group);
    if (name === 'and') return (given as Given[]).every((part) => isMeant(part, group));
    if (name === 'or') return (given as Given[]).some((part) => isMeant(part, group));
    const count = COUNTS.find((known) => known === name);
    if (count) return holds(given as Given, group[count] ?? 0);
    const values = group[name as 'total'] ?? {};
    return Object.entries(given as Given).every(([field, tests]) =>
      holds(tests as Given, values[field] ?? null),
    );
  });
}

function holds(tests: Given, value: string | number | null): boolean {
  return Object.entries(tests).every(([operator, given]) => {
    if (operator === 'isNull') return (value === null) === given;
    if (value === null) return operator === 'ne';
    const difference = millionths(value) - millionths(given as string | number);
    switch (operator) {
      case 'gt':
        return difference > 0n;
      case 'lte':
        return difference <= 0n;
      case 'eq':
        return difference === 0n;
      case 'ne':
        return difference !== 0n;
      default:
        throw new Error(operator);
    }
  });
}

/** Exact, however many digits an amount has. */
function millionths(value: string | number): bigint {
  const [whole = '', fraction = ''] = String(value).split('.');
  return BigInt(whole + fraction.padEnd(6, '0'));
}
