import {
  GraphQLError,
  Kind,
  type SelectionSetNode,
  type ValidationContext,
  type ValidationRule,
} from 'graphql';
import { sentences } from '../basis/sentences';

/** Refuses operations with more than `most` root fields, aliases and fragments counted as they run. */
export function maxRootFieldsRule(most: number): ValidationRule {
  return function MaxRootFieldsRule(context: ValidationContext) {
    // Fragments are counted once each, however often they are spread; a cycle, which another rule
    // refuses, counts as nothing.
    const counted = new Map<string, number>();

    const count = ({ selections }: SelectionSetNode): number => {
      let fields = 0;
      for (const selection of selections) {
        if (selection.kind === Kind.FIELD) fields += 1;
        else if (selection.kind === Kind.INLINE_FRAGMENT) fields += count(selection.selectionSet);
        else fields += countOfFragment(selection.name.value);
      }
      return fields;
    };

    const countOfFragment = (name: string): number => {
      const known = counted.get(name);
      if (known !== undefined) return known;
      counted.set(name, 0);
      const fragment = context.getFragment(name);
      const fields = fragment ? count(fragment.selectionSet) : 0;
      counted.set(name, fields);
      return fields;
    };

    return {
      OperationDefinition(node) {
        if (count(node.selectionSet) <= most) return;
        context.reportError(new GraphQLError(sentences.tooManyRootFields(most), { nodes: node }));
      },
    };
  };
}
