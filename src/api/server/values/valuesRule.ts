import {
  isInputType,
  typeFromAST,
  type ASTNode,
  type GraphQLInputType,
  type ValidationContext,
  type ValidationRule,
  type ValueNode,
} from 'graphql';
import { literal } from './given';
import { wrongValues } from './wrongValues';

const sentenceOf = new WeakMap<ASTNode, string>();

/**
 * Says of values in the document that are none of their types what variables are told too, in the
 * place of the sentence of graphql-js, whose own rule refuses them. All faults of one argument have
 * the sentence of its first.
 */
export const valuesRule: ValidationRule = (context: ValidationContext) => {
  const judge = (value: ValueNode, type: GraphQLInputType, where: string) => {
    let sentence: string | undefined;
    for (const wrong of wrongValues(literal(value), type, where)) {
      sentence ??= wrong.sentence;
      if (wrong.node) sentenceOf.set(wrong.node, sentence);
    }
  };
  return {
    Argument({ name, value }) {
      const argument = context.getArgument();
      if (argument) judge(value, argument.type, name.value);
    },
    VariableDefinition({ variable, type, defaultValue }) {
      const known = typeFromAST(context.getSchema(), type);
      if (defaultValue && isInputType(known)) judge(defaultValue, known, `$${variable.name.value}`);
    },
  };
};

/** The sentence about a value of the document that is none of its type. */
export function wrongValueAt(nodes: readonly ASTNode[] | undefined): string | undefined {
  const [node] = nodes ?? [];
  return node && sentenceOf.get(node);
}
