import { BadInput, shown } from './badInput';

/** An argument that must be an object; null and undefined are none. */
export function givenObject(
  value: unknown,
  where: string,
  expected = 'an object',
): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new BadInput(`${where} is ${shown(value)}; expected ${expected}.`);
  }
  return value as Readonly<Record<string, unknown>>;
}

/** The fields that were given: a variable that was left out arrives as undefined. */
export function givenFields(
  value: unknown,
  where: string,
  expected?: string,
): readonly (readonly [string, unknown])[] {
  return Object.entries(givenObject(value, where, expected)).filter(
    ([, field]) => field !== undefined,
  );
}

/** An argument that must be a list. */
export function givenList(value: unknown, where: string): readonly unknown[] {
  if (!Array.isArray(value)) {
    throw new BadInput(`${where} is ${shown(value)}; expected a list.`);
  }
  return value;
}
