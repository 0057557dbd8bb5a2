import {
  Kind,
  print,
  type ASTNode,
  type GraphQLLeafType,
  type ObjectFieldNode,
  type ValueNode,
} from 'graphql';
import { shown } from '../../query/values/badInput';

/** A value of a caller, be it written in the document or among the variables. */
export interface Given {
  readonly isNull: boolean;
  /** It stands for a value that is judged elsewhere. */
  readonly isVariable: boolean;
  /** Undefined where it is no list. */
  readonly items: () => readonly Given[] | undefined;
  /** Undefined where it is no object. */
  readonly fields: () => readonly GivenField[] | undefined;
  /** Throws where it is no value of the type. */
  readonly readAs: (type: GraphQLLeafType) => void;
  /** As the caller wrote it, short enough for a sentence. */
  readonly text: () => string;
  /** Where it stands in the document. */
  readonly node?: ASTNode;
}

export interface GivenField {
  readonly name: string;
  readonly value: Given;
  readonly node?: ObjectFieldNode;
}

const LONGEST_TEXT = 80;

/** A value that is written in the document. */
export function literal(node: ValueNode): Given {
  return {
    node,
    isNull: node.kind === Kind.NULL,
    isVariable: node.kind === Kind.VARIABLE,
    items: () => (node.kind === Kind.LIST ? node.values.map(literal) : undefined),
    fields: () =>
      node.kind === Kind.OBJECT
        ? node.fields.map((field) => ({
            name: field.name.value,
            value: literal(field.value),
            node: field,
          }))
        : undefined,
    readAs: (type) => {
      if (type.parseLiteral(node, undefined) === undefined) throw new Error('It is none.');
    },
    text: () => {
      const text = print(node);
      return text.length > LONGEST_TEXT ? `${text.slice(0, LONGEST_TEXT)}…` : text;
    },
  };
}

/** A value of JSON, among the variables. */
export function json(value: unknown): Given {
  return {
    isNull: value === null || value === undefined,
    isVariable: false,
    items: () => (Array.isArray(value) ? value.map(json) : undefined),
    fields: () =>
      typeof value === 'object' && value !== null && !Array.isArray(value)
        ? Object.entries(value)
            .filter(([, member]) => member !== undefined)
            .map(([name, member]) => ({ name, value: json(member) }))
        : undefined,
    readAs: (type) => {
      if (type.parseValue(value) === undefined) throw new Error('It is none.');
    },
    text: () => shown(value),
  };
}
