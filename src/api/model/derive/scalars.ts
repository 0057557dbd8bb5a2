import type { ScalarType } from '../../../ground/types/scalarType';
import { block, member } from './sdlText';

/**
 * The scalars of columns' types that schema/ does not define, and the filters by them.
 *
 * @param types the types of columns, by their names
 * @param defined the names of all that schema/ defines
 */
export function deriveScalars(
  types: Readonly<Record<string, ScalarType>>,
  defined: ReadonlySet<string>,
): string[] {
  return Object.entries(types).flatMap(([name, type]) => {
    const description = type.graphql?.description;
    const scalar =
      description === undefined || defined.has(name)
        ? []
        : [`"""\n${description}\n"""\nscalar ${name}\n`];
    return defined.has(`${name}Filter`) ? scalar : [...scalar, filterOf(name, type)];
  });
}

function filterOf(name: string, { compared }: ScalarType): string {
  const order = ['lt', 'lte', 'gt', 'gte'].map((operator) => `${operator}: ${name}`);
  const text = [
    member(`contains: ${name}`, 'The text occurs in the value, in any letter case.'),
    member(`startsWith: ${name}`, 'The value begins with the text, in any letter case.'),
  ];
  return block(
    `input ${name}Filter`,
    'Conditions on a value; all that are given hold. `ne` and `notIn` also match rows without a value.',
    [
      `eq: ${name}`,
      `ne: ${name}`,
      `in: [${name}!]`,
      `notIn: [${name}!]`,
      ...(compared === 'equality' ? [] : order),
      ...(compared === 'text' ? text : []),
      member('isNull: Boolean', 'True: rows without a value. False: rows with one.'),
    ],
  );
}
