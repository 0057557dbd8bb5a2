import {
  BREAK,
  Kind,
  visit,
  type ASTNode,
  type DocumentNode,
  type OperationDefinitionNode,
} from 'graphql';

/**
 * Whether variables stand nowhere but in arguments of root fields, so that the document asks for the same
 * fields whatever their values.
 */
export function standsWithoutVariables(
  { definitions }: DocumentNode,
  { selectionSet }: OperationDefinitionNode,
): boolean {
  const fragments = definitions.filter(({ kind }) => kind === Kind.FRAGMENT_DEFINITION);
  const others = selectionSet.selections.flatMap((selection): readonly ASTNode[] => {
    if (selection.kind !== Kind.FIELD) return [selection];
    return [...(selection.directives ?? []), ...(selection.selectionSet?.selections ?? [])];
  });
  return ![...fragments, ...others].some(holdsVariable);
}

function holdsVariable(node: ASTNode): boolean {
  let found = false;
  visit(node, {
    Variable() {
      found = true;
      return BREAK;
    },
  });
  return found;
}
