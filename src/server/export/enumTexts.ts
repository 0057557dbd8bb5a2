import { getNamedType, isEnumType, isObjectType, type GraphQLSchema } from 'graphql';
import type { Table } from '../../model/mart';

/** How the database writes the values of an enum's field; undefined where the field is of another type. */
export function enumTexts(
  schema: GraphQLSchema,
  table: Table,
  field: string,
): readonly string[] | undefined {
  const type = schema.getType(table.name);
  const named = isObjectType(type) && getNamedType(type.getFields()[field]?.type);
  return isEnumType(named) ? named.getValues().map(({ name }) => name.toLowerCase()) : undefined;
}
