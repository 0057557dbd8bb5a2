import {
  getNamedType,
  TypeInfo,
  visit,
  visitWithTypeInfo,
  type DocumentNode,
  type GraphQLSchema,
} from 'graphql';

/** Fields whose value changes although the data's version does not. */
const VOLATILE_FIELDS: ReadonlySet<string> = new Set([
  'DataVersion.lagSeconds',
  'DataVersion.pendingEvents',
]);
/** Types of which every field may change at any moment. */
const VOLATILE_TYPES: ReadonlySet<string> = new Set([
  'RefreshRun',
  'RefreshRunConnection',
  'QuarantinedRecordConnection',
  'ApiKeyConnection',
  'LedgerEntryConnection',
]);

/** Documents are parsed once and kept, so that each is judged once too. */
const judged = new WeakMap<DocumentNode, boolean>();

/** Whether an answer to the document holds for longer than the moment: if not, it bears no ETag. */
export function isVolatile(schema: GraphQLSchema, document: DocumentNode): boolean {
  const known = judged.get(document);
  if (known !== undefined) return known;
  let found = false;
  const types = new TypeInfo(schema);
  visit(
    document,
    visitWithTypeInfo(types, {
      Field(node) {
        const parent = types.getParentType()?.name ?? '';
        const type = getNamedType(types.getType())?.name ?? '';
        found ||= VOLATILE_FIELDS.has(`${parent}.${node.name.value}`) || VOLATILE_TYPES.has(type);
      },
    }),
  );
  judged.set(document, found);
  return found;
}
