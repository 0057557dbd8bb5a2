import {
  getNamedType,
  isEnumType,
  isObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
} from 'graphql';

/** A column holds a value of an enum in lower case. */
export function storedText(value: string): string {
  return value.toLowerCase();
}

/** What the column behind a field of an enum's type may hold; undefined for what is no enum. */
export function storedTexts(type: GraphQLOutputType | undefined): readonly string[] | undefined {
  const named = type && getNamedType(type);
  return isEnumType(named) ? named.getValues().map(({ name }) => storedText(name)) : undefined;
}

/** Whether the field of an object type is of an enum. */
export function isEnumField(schema: GraphQLSchema, typeName: string, field: string): boolean {
  const type = schema.getType(typeName);
  return isObjectType(type) && storedTexts(type.getFields()[field]?.type) !== undefined;
}
