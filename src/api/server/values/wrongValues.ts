import {
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isRequiredInputField,
  type ASTNode,
  type GraphQLInputField,
  type GraphQLInputObjectType,
  type GraphQLInputType,
  type GraphQLLeafType,
} from 'graphql';
import { exampleOf } from './exampleOf';
import type { Given, GivenField } from './given';

/** A value that is none of its type, and the sentence that says so. */
export interface WrongValue {
  readonly sentence: string;
  /** Where graphql-js finds the same fault in a document. */
  readonly node: ASTNode | undefined;
}

/** The values in what was given that are none of their types, in the order in which they stand. */
export function* wrongValues(
  given: Given,
  type: GraphQLInputType,
  where: string,
): Generator<WrongValue> {
  if (given.isVariable) return;
  const wrong = (expected: string): WrongValue => ({
    sentence: `${where} is ${given.text()}; expected ${expected}.`,
    node: given.node,
  });
  if (isNonNullType(type)) {
    if (given.isNull) yield wrong(expectedOf(type.ofType));
    else yield* wrongValues(given, type.ofType, where);
  } else if (given.isNull) {
    return;
  } else if (isListType(type)) {
    const items = given.items();
    // A single value stands for a list of it.
    if (!items) yield* wrongValues(given, type.ofType, where);
    for (const [index, item] of (items ?? []).entries()) {
      yield* wrongValues(item, type.ofType, `${where}[${String(index)}]`);
    }
  } else if (isInputObjectType(type)) {
    const fields = given.fields();
    if (fields) yield* wrongFields(given, fields, type, where);
    else {
      const fits = (other: GraphQLInputType) =>
        wrongValues(given, other, where).next().done === true;
      yield wrong(`an object${exampleOf({ text: given.text(), fits }, type)}`);
    }
  } else {
    const expected = refusalOf(given, type);
    if (expected !== undefined) yield wrong(expected);
  }
}

function* wrongFields(
  given: Given,
  fields: readonly GivenField[],
  type: GraphQLInputObjectType,
  where: string,
): Generator<WrongValue> {
  const known = type.getFields();
  for (const field of requiredIn(type)) {
    if (fields.some(({ name }) => name === field.name)) continue;
    yield {
      sentence: `${where}.${field.name} is missing; expected ${expectedOf(field.type)}.`,
      node: given.node,
    };
  }
  for (const { name, value, node } of fields) {
    const field = Object.hasOwn(known, name) ? known[name] : undefined;
    if (field) yield* wrongValues(value, field.type, `${where}.${name}`);
    else {
      const names = Object.keys(known).join(', ');
      yield { sentence: `${where}.${name} is unknown; expected one of ${names}.`, node };
    }
  }
}

const required = new WeakMap<GraphQLInputObjectType, readonly GraphQLInputField[]>();

/** Found once a type: a filter has as many fields as its table columns, and a list may have many filters. */
function requiredIn(type: GraphQLInputObjectType): readonly GraphQLInputField[] {
  const known = required.get(type);
  if (known) return known;
  const found = Object.values(type.getFields()).filter(isRequiredInputField);
  required.set(type, found);
  return found;
}

/** What is expected in the place of a value that is none of the type's; undefined where it is one. */
function refusalOf(given: Given, type: GraphQLLeafType): string | undefined {
  try {
    given.readAs(type);
    return undefined;
  } catch (error) {
    // This API's own scalars say it better than any list of types could.
    const said = error instanceof Error ? error.message : '';
    const [, expected] = /; expected (.*)\.$/su.exec(said) ?? [];
    return expected ?? expectedOf(type);
  }
}

const BUILT_IN: Readonly<Record<string, string>> = {
  Int: 'a whole number from -2147483648 to 2147483647',
  Float: 'a number',
  String: 'a text',
  Boolean: 'true or false',
  ID: 'a text or a whole number',
};

function expectedOf(type: GraphQLInputType): string {
  if (isNonNullType(type)) return expectedOf(type.ofType);
  if (isListType(type)) return 'a list';
  if (isInputObjectType(type)) return 'an object';
  if (!isEnumType(type)) return BUILT_IN[type.name] ?? `a ${type.name}`;
  const names = type.getValues().map(({ name }) => name);
  return names.length === 1 ? String(names[0]) : `one of ${names.join(', ')}`;
}
