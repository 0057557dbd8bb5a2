import {
  GraphQLError,
  Kind,
  type FragmentDefinitionNode,
  type SelectionSetNode,
  type ValidationContext,
  type ValidationRule,
} from 'graphql';
import { sentences } from '../basis/sentences';

/**
 * Refuses operations that nest fields more than `most` deep. Introspection is left to the rule of
 * graphql-js for it: the usual query for a schema is deeper than any query for data.
 */
export function maxDepthRule(most: number): ValidationRule {
  return function MaxDepthRule(context: ValidationContext) {
    // Fragments are measured once each, however often they are spread; a cycle, which another rule
    // refuses, counts as nothing.
    const measured = new Map<string, number>();

    const depthOf = ({ selections }: SelectionSetNode): number => {
      let deepest = 0;
      for (const selection of selections) {
        if (selection.kind === Kind.FIELD) {
          if (selection.name.value.startsWith('__')) continue;
          const below = selection.selectionSet ? depthOf(selection.selectionSet) : 0;
          deepest = Math.max(deepest, 1 + below);
        } else if (selection.kind === Kind.INLINE_FRAGMENT) {
          deepest = Math.max(deepest, depthOf(selection.selectionSet));
        } else {
          const fragment = context.getFragment(selection.name.value);
          if (fragment) deepest = Math.max(deepest, depthOfFragment(fragment));
        }
      }
      return deepest;
    };

    const depthOfFragment = (fragment: FragmentDefinitionNode): number => {
      const name = fragment.name.value;
      const known = measured.get(name);
      if (known !== undefined) return known;
      measured.set(name, 0);
      const depth = depthOf(fragment.selectionSet);
      measured.set(name, depth);
      return depth;
    };

    return {
      OperationDefinition(node) {
        if (depthOf(node.selectionSet) <= most) return;
        context.reportError(new GraphQLError(sentences.tooDeep(most), { nodes: node }));
      },
    };
  };
}
