import type { Report } from './report';

/** True, false, or unknown: what a report says of its items. */
type Truth = boolean | 'unknown';

type Given = Readonly<Record<string, unknown>>;

/** What a filter's field means of a row; 'unknown' for what belongs to items, where `row` is a report. */
export type FieldReading = (row: Report, field: string) => unknown;

/** Whether the row matches, or may match for all that is known of it. */
export function matches(filter: Given, row: Report, read: FieldReading): boolean {
  return truthOf(filter, row, read) !== false;
}

function truthOf(filter: Given, row: Report, read: FieldReading): Truth {
  const truths = Object.entries(filter).map(([name, given]): Truth => {
    if (name === 'not') return opposite(truthOf(given as Given, row, read));
    if (name === 'and') return all((given as Given[]).map((part) => truthOf(part, row, read)));
    if (name === 'or') {
      const parts = (given as Given[]).map((part) => opposite(truthOf(part, row, read)));
      return opposite(all(parts));
    }
    if (name === 'certificate') {
      const parts = Object.entries(given as Given);
      return all(
        parts.map(([part, tests]) => holds(tests as Given, read(row, `certificate.${part}`))),
      );
    }
    return holds(given as Given, read(row, name));
  });
  return all(truths);
}

function holds(tests: Given, value: unknown): Truth {
  if (value === 'unknown') return Object.keys(tests).length === 0 || 'unknown';
  return Object.entries(tests).every(([operator, given]) => test(operator, value, given));
}

function test(operator: string, value: unknown, given: unknown): boolean {
  switch (operator) {
    case 'eq':
      return value === given;
    case 'ne':
      return value !== given;
    case 'in':
      return (given as unknown[]).includes(value);
    case 'notIn':
      return !(given as unknown[]).includes(value);
    case 'isNull':
      return (value === null) === given;
    case 'contains':
      return typeof value === 'string' && value.toLowerCase().includes(String(given).toLowerCase());
    case 'startsWith':
      return (
        typeof value === 'string' && value.toLowerCase().startsWith(String(given).toLowerCase())
      );
    case 'has':
      return Array.isArray(value) && value.includes(given);
    case 'hasAny':
      return Array.isArray(value) && (given as unknown[]).some((one) => value.includes(one));
    case 'isEmpty':
      return (!Array.isArray(value) || value.length === 0) === given;
    case 'gt':
      return typeof value === 'number' && value > Number(given);
    case 'lte':
      return typeof value === 'number' && value <= Number(given);
    default:
      throw new Error(operator);
  }
}

function all(truths: readonly Truth[]): Truth {
  if (truths.includes(false)) return false;
  return truths.includes('unknown') ? 'unknown' : true;
}

function opposite(truth: Truth): Truth {
  return truth === 'unknown' ? truth : !truth;
}
