import { isInputObjectType, type GraphQLInputObjectType, type GraphQLInputType } from 'graphql';

/** A value as it was written, and what would take it. */
interface Misplaced {
  readonly text: string;
  readonly fits: (type: GraphQLInputType) => boolean;
}

/** What a value that stands by itself is mostly meant as. */
const USUAL = ['eq', 'in', 'has', 'hasAny'];

/**
 * How the value may stand where an object is expected, for the sentence that says so: ` such as {eq: 2024}`.
 * Empty where no field takes it, or too many might: a filter of rows has all columns.
 */
export function exampleOf(misplaced: Misplaced, type: GraphQLInputObjectType): string {
  const example = misplaced.text.includes('…') ? undefined : exampleIn(misplaced, type, 1);
  return example === undefined ? '' : ` such as ${example}`;
}

function exampleIn(
  misplaced: Misplaced,
  type: GraphQLInputObjectType,
  deeper: number,
): string | undefined {
  const known = type.getFields();
  if ('and' in known) return undefined;
  const usual = USUAL.filter((name) => name in known);
  for (const name of new Set([...usual, ...Object.keys(known)])) {
    const field = known[name];
    if (!field) continue;
    if (misplaced.fits(field.type)) return `{${name}: ${misplaced.text}}`;
    if (deeper === 0 || !isInputObjectType(field.type)) continue;
    const below = exampleIn(misplaced, field.type, deeper - 1);
    if (below !== undefined) return `{${name}: ${below}}`;
  }
  return undefined;
}
