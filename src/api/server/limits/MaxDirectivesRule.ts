import { GraphQLError, type ValidationContext, type ValidationRule } from 'graphql';
import { sentences } from '../basis/sentences';

/** Refuses documents with more than `most` directives. */
export function maxDirectivesRule(most: number): ValidationRule {
  return function MaxDirectivesRule(context: ValidationContext) {
    let directives = 0;
    return {
      Directive(node) {
        directives += 1;
        // Reported once, however many there are.
        if (directives === most + 1) {
          context.reportError(new GraphQLError(sentences.tooManyDirectives(most), { nodes: node }));
        }
      },
    };
  };
}
