import {
  isInputType,
  isNonNullType,
  typeFromAST,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql';
import { json } from './given';
import { wrongValues } from './wrongValues';

/** The sentence about the first variable that is none of its type; undefined where all are. */
export function wrongVariable(
  schema: GraphQLSchema,
  { variableDefinitions = [] }: OperationDefinitionNode,
  given: Readonly<Record<string, unknown>>,
): string | undefined {
  for (const { variable, type, defaultValue } of variableDefinitions) {
    const name = variable.name.value;
    const known = typeFromAST(schema, type);
    if (!isInputType(known)) continue;
    if (!Object.hasOwn(given, name)) {
      if (defaultValue || !isNonNullType(known)) continue;
      return `The variable $${name} is not given; expected one of the type ${known.toString()}.`;
    }
    for (const { sentence } of wrongValues(json(given[name]), known, `$${name}`)) return sentence;
  }
  return undefined;
}
