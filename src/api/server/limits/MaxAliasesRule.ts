import { GraphQLError, type ValidationContext, type ValidationRule } from 'graphql';
import { sentences } from '../basis/sentences';

/** Refuses documents with more than `most` aliases, by which one field is asked for again and again. */
export function maxAliasesRule(most: number): ValidationRule {
  return function MaxAliasesRule(context: ValidationContext) {
    let aliases = 0;
    return {
      Field(node) {
        if (!node.alias) return;
        aliases += 1;
        // Reported once, however many there are.
        if (aliases === most + 1) {
          context.reportError(new GraphQLError(sentences.tooManyAliases(most), { nodes: node }));
        }
      },
    };
  };
}
