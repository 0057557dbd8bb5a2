import { KeyRefused } from './keyRefused';

/** The rows that a caller is confined to; what is undefined confines to nothing. */
export interface RowScope {
  /** Spans of years, both ends among them, in order and apart from one another. */
  readonly years?: readonly (readonly [number, number])[];
  /** Rows of these companies or of these certificates: where both are given, of either. */
  readonly companies?: readonly number[];
  readonly certificates?: readonly string[];
  /** The root fields of marts. */
  readonly marts?: readonly string[];
}

const MEMBERS = ['years', 'companies', 'certificates', 'marts'] as const;
type Member = (typeof MEMBERS)[number];

/** The most values of one member: they stand in each statement. */
const MAX_VALUES = 1_000;
const LONGEST_CERTIFICATE = 100;
const LATEST_YEAR = 32_767;
const LAST_COMPANY = 2_147_483_647;

/** What a scope says that confines to nothing: left out it could have been forgotten. */
const ALL = 'all';

/**
 * Reads a scope as a key keeps it, or as a claim of a token gives it: an object of the members, or the
 * text `years=2023-2025;companies=9,10`, or `all`. Undefined where it confines to nothing. Throws
 * {@link KeyRefused} where any part of it cannot be understood: that part could have confined.
 */
export function readScope(given: unknown): RowScope | undefined {
  if (given === ALL) return undefined;
  const members = typeof given === 'string' ? membersOf(given) : given;
  if (typeof members !== 'object' || members === null || Array.isArray(members)) {
    throw new KeyRefused(
      `A scope is ${shown(given)}; expected an object of ${MEMBERS.join(', ')}, or "${ALL}".`,
    );
  }
  const entries = Object.entries(members).filter(([, value]) => value !== undefined);
  if (entries.length === 0) {
    throw new KeyRefused(`A scope is empty; expected some of ${MEMBERS.join(', ')}, or "${ALL}".`);
  }
  const scope: Partial<Record<Member, unknown>> = {};
  for (const [name, value] of entries) {
    if (!isMember(name)) {
      throw new KeyRefused(`A scope has ${shown(name)}; expected some of ${MEMBERS.join(', ')}.`);
    }
    scope[name] = readers[name](valuesOf(name, value));
  }
  return scope as RowScope;
}

/** The same scope as `readScope` takes it, for people and for tables. */
export function scopeText(scope: RowScope | undefined): string {
  if (!scope) return ALL;
  return MEMBERS.flatMap((name) => {
    if (!scope[name]) return [];
    const values = name === 'years' ? (scope.years ?? []).map(spanText) : scope[name];
    return [`${name}=${values.join(',')}`];
  }).join(';');
}

/** The scope as a key keeps it. */
export function keptScope({ years, ...others }: RowScope): Readonly<Record<string, unknown>> {
  return { ...(years && { years: years.map(spanText) }), ...others };
}

/** Whether rows of the mart with this root field are in the scope at all. */
export function hasMart(scope: RowScope | undefined, rootField: string): boolean {
  return scope?.marts?.includes(rootField) ?? true;
}

/** Whether the scope leaves out rows within a table. */
export function confinesRows(scope: RowScope | undefined): boolean {
  return [scope?.years, scope?.companies, scope?.certificates].some((part) => part !== undefined);
}

const readers: Readonly<Record<Member, (values: readonly string[]) => unknown>> = {
  years: (values) => together(values.map(readSpan)),
  companies: (values) => [...new Set(values.map(readCompany))].sort((one, other) => one - other),
  certificates: (values) => [...new Set(values.map(readCertificate))].sort(),
  marts: (values) => [...new Set(values.map(readMart))].sort(),
};

/** `years=2023-2025;companies=9,10` as an object. */
function membersOf(text: string): Record<string, string> {
  const members = new Map<string, string>();
  for (const part of text.split(';')) {
    const [, name, values] = /^\s*([a-z]+)\s*=(.*)$/s.exec(part) ?? [];
    if (name === undefined || values === undefined || members.has(name)) {
      throw new KeyRefused(
        `A scope is ${shown(text)}; expected a text such as years=2023-2025;companies=9,10, or "${ALL}".`,
      );
    }
    members.set(name, values);
  }
  return Object.fromEntries(members);
}

/** A text has commas between its values; the elements of a list stand as they are. */
function valuesOf(name: Member, given: unknown): string[] {
  const list: readonly unknown[] = typeof given === 'string' ? given.split(',') : [given].flat();
  const values = list.map((value) => {
    if (typeof value === 'string' && value.trim() !== '') return value.trim();
    if (typeof value === 'number') return String(value);
    throw new KeyRefused(`The ${name} of a scope have ${shown(value)}; expected texts or numbers.`);
  });
  if (values.length === 0 || values.length > MAX_VALUES) {
    throw new KeyRefused(
      `The ${name} of a scope are ${values.length}; expected from 1 to ${MAX_VALUES}.`,
    );
  }
  return values;
}

function readSpan(value: string): readonly [number, number] {
  const [, first = '', last = first] = /^(\d{1,5})(?:\s*-\s*(\d{1,5}))?$/.exec(value) ?? [];
  const [from, to] = [Number(first), Number(last)];
  if (first === '' || from > to || to > LATEST_YEAR) {
    throw new KeyRefused(
      `The years of a scope have ${shown(value)}; expected years such as 2024, or spans such as 2023-2025.`,
    );
  }
  return [from, to];
}

/** Spans in order; those that touch are one, so that the same years are always the same scope. */
function together(spans: readonly (readonly [number, number])[]): [number, number][] {
  const apart: [number, number][] = [];
  for (const [from, to] of [...spans].sort(([one], [other]) => one - other)) {
    const last = apart.at(-1);
    if (last && from <= last[1] + 1) last[1] = Math.max(last[1], to);
    else apart.push([from, to]);
  }
  return apart;
}

function readCompany(value: string): number {
  const id = /^\d{1,10}$/.test(value) ? Number(value) : NaN;
  if (id <= LAST_COMPANY) return id;
  throw new KeyRefused(
    `The companies of a scope have ${shown(value)}; expected ids of companies, such as 9.`,
  );
}

function readCertificate(value: string): string {
  if (value.length <= LONGEST_CERTIFICATE && !/\p{Cc}|\p{Surrogate}/u.test(value)) return value;
  throw new KeyRefused(
    `The certificates of a scope have ${shown(value)}; expected numbers of certificates, such as 1042.`,
  );
}

function readMart(value: string): string {
  if (/^[a-z][A-Za-z0-9]{0,62}$/.test(value)) return value;
  throw new KeyRefused(
    `The marts of a scope have ${shown(value)}; expected root fields of marts, such as financing.`,
  );
}

function spanText([from, to]: readonly [number, number]): string {
  return from === to ? String(from) : `${from}-${to}`;
}

function isMember(name: string): name is Member {
  return MEMBERS.some((member) => member === name);
}

function shown(value: unknown): string {
  return (JSON.stringify(value) ?? String(value)).slice(0, 80);
}
