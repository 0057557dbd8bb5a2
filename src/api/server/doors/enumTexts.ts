import { isObjectType, type GraphQLSchema } from 'graphql';
import type { Table } from '../../model/mart';
import { storedTexts } from '../../model/storedText';

/** How the database writes the values of an enum's field; undefined where the field is of another type. */
export function enumTexts(
  schema: GraphQLSchema,
  table: Table,
  field: string,
): readonly string[] | undefined {
  const type = schema.getType(table.name);
  return isObjectType(type) ? storedTexts(type.getFields()[field]?.type) : undefined;
}
