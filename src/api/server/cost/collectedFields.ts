import {
  getDirectiveValues,
  getNamedType,
  GraphQLIncludeDirective,
  GraphQLSkipDirective,
  isAbstractType,
  isCompositeType,
  isUnionType,
  Kind,
  typeFromAST,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLSchema,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';

export type Variables = Readonly<Record<string, unknown>>;

/** A field of the answer: all nodes that ask for it under its one name in the answer, which are read as one. */
export interface CollectedField {
  readonly name: string;
  /** The type that has it. */
  readonly parent: string;
  /** Undefined of `__typename`. */
  readonly definition: GraphQLField<unknown, unknown> | undefined;
  /** Undefined where the field is a value. */
  readonly type: GraphQLCompositeType | undefined;
  readonly nodes: readonly [FieldNode, ...FieldNode[]];
}

type Collected = Map<string, CollectedField & { readonly nodes: [FieldNode, ...FieldNode[]] }>;

/** The fields of a document as the execution collects them: fragments opened, what is left out left out. */
export class CollectedFields {
  private readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;

  constructor(
    private readonly schema: GraphQLSchema,
    document: DocumentNode,
    private readonly variables: Variables,
  ) {
    const definitions = document.definitions.filter(
      (node) => node.kind === Kind.FRAGMENT_DEFINITION,
    );
    this.fragments = new Map(definitions.map((node) => [node.name.value, node]));
  }

  of(selectionSet: SelectionSetNode, type: GraphQLCompositeType): readonly CollectedField[] {
    const collected: Collected = new Map();
    this.collect(selectionSet, type, collected, new Set());
    return [...collected.values()];
  }

  below({ type, nodes }: CollectedField): readonly CollectedField[] {
    const collected: Collected = new Map();
    const opened = new Set<string>();
    for (const { selectionSet } of nodes) {
      if (type && selectionSet) this.collect(selectionSet, type, collected, opened);
    }
    return [...collected.values()];
  }

  /** Each fragment is opened once: what it asks for a second time has the same names. */
  private collect(
    { selections }: SelectionSetNode,
    type: GraphQLCompositeType,
    collected: Collected,
    opened: Set<string>,
  ): void {
    for (const selection of selections) {
      if (this.isLeftOut(selection)) continue;
      if (selection.kind === Kind.FIELD) {
        this.note(selection, type, collected);
        continue;
      }
      if (selection.kind === Kind.FRAGMENT_SPREAD) {
        const name = `${type.name}.${selection.name.value}`;
        if (opened.has(name)) continue;
        opened.add(name);
      }
      const fragment =
        selection.kind === Kind.FRAGMENT_SPREAD
          ? this.fragments.get(selection.name.value)
          : selection;
      if (!fragment) continue;
      const narrowed = this.narrowed(type, fragment.typeCondition);
      this.collect(fragment.selectionSet, narrowed, collected, opened);
    }
  }

  /** An object's fields are its own, whichever of its interfaces they are asked of. */
  private narrowed(
    type: GraphQLCompositeType,
    condition: FragmentDefinitionNode['typeCondition'] | undefined,
  ): GraphQLCompositeType {
    if (!condition || !isAbstractType(type)) return type;
    const narrowed = typeFromAST(this.schema, condition);
    return isCompositeType(narrowed) ? narrowed : type;
  }

  private note(node: FieldNode, parent: GraphQLCompositeType, collected: Collected): void {
    const key = `${parent.name}.${node.alias?.value ?? node.name.value}`;
    const known = collected.get(key);
    if (known) {
      known.nodes.push(node);
      return;
    }
    const name = node.name.value;
    const definition = isUnionType(parent) ? undefined : parent.getFields()[name];
    const type = definition && getNamedType(definition.type);
    collected.set(key, {
      ...{ name, definition, parent: parent.name, nodes: [node] },
      type: isCompositeType(type) ? type : undefined,
    });
  }

  private isLeftOut(selection: SelectionNode): boolean {
    if (!selection.directives?.length) return false;
    const skip = getDirectiveValues(GraphQLSkipDirective, selection, this.variables);
    const include = getDirectiveValues(GraphQLIncludeDirective, selection, this.variables);
    return skip?.['if'] === true || include?.['if'] === false;
  }
}
