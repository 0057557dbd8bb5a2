import {
  getArgumentValues,
  getNamedType,
  isObjectType,
  TypeNameMetaFieldDef,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLSchema,
  type SelectionSetNode,
} from 'graphql';
import { collectFields, collectSubfields } from 'graphql/execution/collectFields';
import type { QueryContext } from '../../query/columns/context';
import { NotAsJson } from '../../query/text/jsonFields';
import type { PageRequest } from '../../query/pages/page';

/** A field that is asked for, with all places that ask for it under the same name. */
export interface AskedField {
  readonly key: string;
  readonly name: string;
  readonly nodes: readonly FieldNode[];
  readonly definition: GraphQLField<unknown, unknown>;
}

/** A document's fragments, and a request's variables and caller. */
export interface Asking {
  readonly context: QueryContext;
  readonly fragments: Readonly<Record<string, FragmentDefinitionNode>>;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** Reads which fields a document asks for, by the very rules by which graphql-js collects them. */
export class AskedFields {
  private readonly all = new Map<string, Set<FieldNode>>();

  constructor(
    private readonly schema: GraphQLSchema,
    protected readonly asking: Asking,
  ) {}

  /** The fields of the operation itself. */
  atRoot(type: GraphQLObjectType, selections: SelectionSetNode): readonly AskedField[] {
    const { fragments, variables } = this.asking;
    return this.asked(type, collectFields(this.schema, fragments, variables, type, selections));
  }

  below({ definition, nodes }: AskedField): readonly AskedField[] {
    const type = getNamedType(definition.type);
    if (!isObjectType(type)) throw new NotAsJson(`${definition.name} is no object.`);
    const { fragments, variables } = this.asking;
    return this.asked(type, collectSubfields(this.schema, fragments, variables, type, [...nodes]));
  }

  private asked(
    type: GraphQLObjectType,
    collected: ReadonlyMap<string, readonly FieldNode[]>,
  ): AskedField[] {
    const fields = type.getFields();
    return [...collected].map(([key, nodes]) => {
      const name = nodes[0]?.name.value ?? '';
      const definition = name === '__typename' ? TypeNameMetaFieldDef : fields[name];
      if (!definition) throw new NotAsJson(`${type.name}.${name} is not read as JSON.`);
      note(this.all, key, nodes);
      return { key, name, nodes, definition };
    });
  }

  argumentsOf(field: AskedField): PageRequest {
    return argumentsOf(field, this.asking.variables);
  }

  /** In how many places of the document something was found to be asked for under this key. */
  protected placesOf(key: string): number {
    return this.all.get(key)?.size ?? 0;
  }
}

export function argumentsOf(
  { definition, nodes: [node] }: AskedField,
  variables: Asking['variables'],
): PageRequest {
  return node ? getArgumentValues(definition, node, variables) : {};
}

/** Adds the places to those of this key. */
export function note(
  places: Map<string, Set<FieldNode>>,
  key: string,
  nodes: readonly FieldNode[],
): void {
  const known = places.get(key) ?? new Set();
  places.set(key, known);
  for (const node of nodes) known.add(node);
}
