import { GraphQLError, Kind, valueFromASTUntyped, type ValueNode } from 'graphql';
import type { ServedScalar } from '../../ground/types/scalarType';
import { types, type ValueType } from '../../ground/types/types';
import { BadInput, shown } from '../query/values/badInput';
import { readValue } from '../query/values/value';

/** How the values of a scalar come in and go out; what it means stands in the schema. */
interface ScalarValues {
  readonly serialize: (value: unknown) => string | number;
  readonly parseValue: (given: unknown) => string;
  readonly parseLiteral: (node: ValueNode) => string;
}

/** The scalars that GraphQL does not know by itself, as the types declare them. */
export const scalars: Readonly<Record<string, ScalarValues>> = Object.fromEntries(
  (Object.keys(types) as ValueType[]).flatMap((name) => {
    const { graphql } = types[name];
    return graphql ? [[name, valuesOf(name, graphql)]] : [];
  }),
);

function valuesOf(name: ValueType, { given: readGiven, answered }: ServedScalar): ScalarValues {
  const read = (given: unknown): string => {
    const known = readGiven ? readGiven(given) : asRead(name, given);
    if (typeof known === 'string') return known;
    throw new GraphQLError(`${shown(given)} cannot be read; expected ${known.expected}.`);
  };
  return {
    serialize(value) {
      const text = answered(value);
      if (text === undefined) throw new Error(`A ${name} to be answered has no form in answers.`);
      return text;
    },
    parseValue: read,
    parseLiteral(node) {
      try {
        return read(literal(node));
      } catch (error) {
        // Where it stands belongs into the answer.
        if (error instanceof GraphQLError) throw new GraphQLError(error.message, { nodes: node });
        throw error;
      }
    },
  };
}

/** The query's own reading decides what a value of the type is. */
function asRead(name: ValueType, given: unknown): string {
  try {
    return String(readValue(name, given, `The ${name}`));
  } catch (error) {
    throw error instanceof BadInput ? new GraphQLError(error.message) : error;
  }
}

/** A number's digits as they are written: as a JavaScript number it could lose some. */
function literal(node: ValueNode): unknown {
  const isNumber = node.kind === Kind.INT || node.kind === Kind.FLOAT;
  return isNumber ? node.value : valueFromASTUntyped(node);
}
