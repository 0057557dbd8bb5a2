import type { GraphQLFormattedError } from 'graphql';

/**
 * The errors of a document without those that say nothing new: of one argument each wrong value has
 * its error, and all of these say the same; graphql-js ends a hundred of them with one of no place.
 */
export function withoutRepetitions(
  errors: readonly GraphQLFormattedError[],
): GraphQLFormattedError[] {
  const said = new Set<string>();
  return errors.filter(({ path, locations, message, extensions }, index) => {
    if (path) return true;
    if (extensions?.['code'] === 'GRAPHQL_VALIDATION_FAILED') {
      return locations !== undefined || index === 0;
    }
    return extensions?.['code'] !== 'BAD_USER_INPUT' || (!said.has(message) && said.add(message));
  });
}
