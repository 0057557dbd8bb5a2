import {
  buildASTSchema,
  concatAST,
  isTypeDefinitionNode,
  Kind,
  parse,
  print,
  Source,
  validateSchema,
  type DocumentNode,
  type FieldDefinitionNode,
  type GraphQLSchema,
} from 'graphql';
import { derivedText } from '../derive/servedText';
import { describe } from '../describe';
import type { DescribedTable } from '../describedTable';
import type { Column, Model, Table } from '../mart';
import { ModelError } from './modelError';
import { namedType } from './readEnums';
import { readModel } from './readModel';
import { readSchemaFiles, schemaFolder } from './schemaFiles';

/** The model, and the whole schema that is served: the hand-written text with what follows from it. */
export interface ServedModel extends Model {
  readonly typeDefs: DocumentNode;
  /** The schema that they say, which nothing resolves yet. */
  readonly schema: GraphQLSchema;
  /** Enums of columns, with their values: the columns hold them in lower case. */
  readonly textEnums: ReadonlyMap<string, readonly string[]>;
  /** The marts and the entities as clients meet them. */
  readonly described: {
    readonly marts: readonly DescribedTable[];
    readonly entities: readonly DescribedTable[];
  };
}

let served: ServedModel | undefined;

/** Reads schema/, and the product's own once. Throws ModelError where it contradicts itself. */
export function loadModel(folder = schemaFolder): ServedModel {
  return folder === schemaFolder ? (served ??= readModelIn(folder)) : readModelIn(folder);
}

function readModelIn(folder: string): ServedModel {
  const written = readSchemaFiles(folder);
  const model = readModel(written);
  const fields = fieldsByType(written);
  const text = derivedText(model, {
    defined: definedNames(written),
    sharedFields: (grain) => (fields.get(grain.fields) ?? []).map(print),
    typeOf: (table, column) => typeName(fields, table, column),
  });
  const derived = parse(new Source(text, 'derived from schema/'));
  const typeDefs = concatAST([written, derived]);
  const schema = checkedSchema(typeDefs);
  return {
    ...model,
    typeDefs,
    schema,
    textEnums: textEnums(model, written, fields),
    described: {
      marts: describe(model, model.marts, schema),
      entities: describe(model, model.entities, schema),
    },
  };
}

function definedNames({ definitions }: DocumentNode): ReadonlySet<string> {
  return new Set(definitions.filter(isTypeDefinitionNode).map(({ name }) => name.value));
}

function checkedSchema(typeDefs: DocumentNode): GraphQLSchema {
  const schema = builtFrom(typeDefs);
  const errors = validateSchema(schema);
  if (errors.length > 0) throw new ModelError(errors.map(({ message }) => message));
  return schema;
}

function builtFrom(typeDefs: DocumentNode): GraphQLSchema {
  try {
    return buildASTSchema(typeDefs);
  } catch (error) {
    throw new ModelError([error instanceof Error ? error.message : String(error)]);
  }
}

/** A ReportType is the query's own matter; every other enum of a column is only a text to it. */
function textEnums(
  { marts, entities }: Model,
  { definitions }: DocumentNode,
  fields: FieldsByType,
): Map<string, readonly string[]> {
  const tables: readonly Table[] = [...marts, ...entities];
  const used = new Set(
    tables.flatMap((table) =>
      table.dimensions
        .filter(({ type }) => type === 'String')
        .map((column) => typeName(fields, table, column)),
    ),
  );
  const enums = definitions
    .filter((node) => node.kind === Kind.ENUM_TYPE_DEFINITION)
    .filter(({ name }) => used.has(name.value));
  return new Map(
    enums.map(({ name, values }) => [name.value, (values ?? []).map((value) => value.name.value)]),
  );
}

type FieldsByType = ReadonlyMap<string, readonly FieldDefinitionNode[]>;

function fieldsByType({ definitions }: DocumentNode): FieldsByType {
  const fields = new Map<string, readonly FieldDefinitionNode[]>();
  for (const node of definitions) {
    const hasFields =
      node.kind === Kind.OBJECT_TYPE_DEFINITION || node.kind === Kind.INTERFACE_TYPE_DEFINITION;
    if (hasFields) fields.set(node.name.value, node.fields ?? []);
  }
  return fields;
}

function typeName(fields: FieldsByType, table: Table, { field }: Column): string {
  const shared = table.grain && fields.get(table.grain.fields);
  const declared = [...(fields.get(table.name) ?? []), ...(shared ?? [])];
  const node = declared.find(({ name }) => name.value === field);
  if (!node) throw new Error(`schema/ declares no ${table.name}.${field}.`);
  return namedType(node.type);
}
