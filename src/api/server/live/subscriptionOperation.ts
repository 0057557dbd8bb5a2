import {
  getOperationAST,
  GraphQLError,
  parse,
  specifiedRules,
  validate,
  type ExecutionArgs,
  type GraphQLSchema,
} from 'graphql';
import { documentLimits } from '../limits/documentLimits';
import { extentRefusal } from '../limits/requestExtent';
import { wrongVariable } from '../values/wrongVariable';

/** A request for a subscription, in whichever way it came. */
export interface Asked {
  readonly query: string;
  readonly operationName?: string | null | undefined;
  readonly variables?: Readonly<Record<string, unknown>> | null | undefined;
}

export type Operation =
  | { readonly kind: 'subscription'; readonly args: ExecutionArgs }
  | { readonly kind: 'other' }
  | { readonly kind: 'wrong'; readonly errors: readonly GraphQLError[] };

/** Reads a document by the same rules as those of every request, and tells whether it subscribes. */
export function readOperation(
  schema: GraphQLSchema,
  { query, operationName, variables }: Asked,
): Operation {
  const beyond = extentRefusal({ query, variables });
  if (beyond) return wrong([new GraphQLError(beyond.sentence)], beyond.code);
  let document;
  try {
    document = parse(query, documentLimits.parseOptions);
  } catch (error) {
    if (error instanceof GraphQLError) return wrong([error], 'GRAPHQL_PARSE_FAILED');
    throw error;
  }
  const operation = getOperationAST(document, operationName);
  if (operation && operation.operation !== 'subscription') return { kind: 'other' };
  const errors = validate(schema, document, [...specifiedRules, ...documentLimits.validationRules]);
  if (errors.length > 0) return wrong(errors, 'GRAPHQL_VALIDATION_FAILED');
  if (!operation) {
    const error = new GraphQLError(
      'The document has no operation of that name, or several without.',
    );
    return wrong([error], 'OPERATION_RESOLUTION_FAILURE');
  }
  const sentence = wrongVariable(schema, operation, variables ?? {});
  if (sentence !== undefined) return wrong([new GraphQLError(sentence)], 'BAD_USER_INPUT');
  return {
    kind: 'subscription',
    args: { schema, document, operationName, variableValues: variables },
  };
}

function wrong(errors: readonly GraphQLError[], code: string): Operation {
  return {
    kind: 'wrong',
    errors: errors.map((error) => {
      const { message, nodes = null, source = null, positions = null } = error;
      return new GraphQLError(message, { nodes, source, positions, extensions: { code } });
    }),
  };
}
