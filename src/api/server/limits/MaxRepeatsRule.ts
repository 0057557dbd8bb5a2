import {
  GraphQLError,
  Kind,
  type SelectionNode,
  type ValidationContext,
  type ValidationRule,
} from 'graphql';
import { sentences } from '../basis/sentences';

/** Refuses selections that name the same thing more than `most` times: the answer has it once all the same. */
export function maxRepeatsRule(most: number): ValidationRule {
  return function MaxRepeatsRule(context: ValidationContext) {
    return {
      SelectionSet({ selections }) {
        const times = new Map<string, number>();
        for (const selection of selections) {
          const name = nameOf(selection);
          if (name === undefined) continue;
          const repeats = (times.get(name) ?? 0) + 1;
          times.set(name, repeats);
          if (repeats === most + 1) {
            const sentence = sentences.tooManyRepeats(name, most);
            context.reportError(new GraphQLError(sentence, { nodes: selection }));
          }
        }
      },
    };
  };
}

function nameOf(selection: SelectionNode): string | undefined {
  if (selection.kind === Kind.FIELD) return (selection.alias ?? selection.name).value;
  return selection.kind === Kind.FRAGMENT_SPREAD ? `...${selection.name.value}` : undefined;
}
