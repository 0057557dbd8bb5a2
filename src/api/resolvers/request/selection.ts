import {
  getDirectiveValues,
  getNamedType,
  GraphQLIncludeDirective,
  GraphQLSkipDirective,
  isCompositeType,
  isUnionType,
  Kind,
  typeFromAST,
  type GraphQLCompositeType,
  type GraphQLResolveInfo,
  type SelectionNode,
} from 'graphql';

/** A field that is asked for, under whatever name. */
interface AskedField {
  readonly name: string;
  readonly below: AskedFields;
}

/**
 * By the type that they are of, and the name that they have in the answer: a caller chooses it, and may
 * choose one that every object of JavaScript has.
 */
type AskedFields = Map<string, Map<string, AskedField>>;

/**
 * What is asked for below a field: fragments are opened, @skip and @include are honoured, and a field
 * that is asked for twice under one name, or through an interface, is one.
 */
export class Selection {
  private constructor(private readonly parts: readonly AskedFields[]) {}

  static below(info: GraphQLResolveInfo): Selection {
    const fields: AskedFields = new Map();
    const type = getNamedType(info.returnType);
    if (isCompositeType(type)) {
      for (const { selectionSet } of info.fieldNodes) {
        collect(selectionSet?.selections ?? [], type, info, fields);
      }
    }
    return new Selection([fields]);
  }

  names(): ReadonlySet<string> {
    return new Set(this.fields().map(({ name }) => name));
  }

  has(...names: readonly string[]): boolean {
    const asked = this.names();
    return names.some((name) => asked.has(name));
  }

  under(name: string): Selection {
    const fields = this.fields().filter((field) => field.name === name);
    return new Selection(fields.map(({ below }) => below));
  }

  /** Each field, however deep, as `Type.field`. */
  all(): ReadonlySet<string> {
    const all = new Set<string>();
    const note = (fields: AskedFields) => {
      for (const [type, ofType] of fields) {
        for (const { name, below } of ofType.values()) {
          all.add(`${type}.${name}`);
          note(below);
        }
      }
    };
    this.parts.forEach(note);
    return all;
  }

  and(other: Selection): Selection {
    return new Selection([...this.parts, ...other.parts]);
  }

  /**
   * Number of values per row; what is below a connection is counted where its rows are read.
   */
  width(): number {
    return this.parts.reduce((width, fields) => width + widthOf(fields), 0);
  }

  private fields(): AskedField[] {
    return this.parts.flatMap((fields) => [...fields.values()].flatMap((of) => [...of.values()]));
  }
}

function widthOf(fields: AskedFields): number {
  let width = 0;
  for (const [type, ofType] of fields) {
    if (type.endsWith('Connection')) continue;
    for (const { below } of ofType.values()) width += 1 + widthOf(below);
  }
  return width;
}

function collect(
  selections: readonly SelectionNode[],
  parent: GraphQLCompositeType,
  info: GraphQLResolveInfo,
  fields: AskedFields,
): void {
  for (const node of selections) {
    if (isSkipped(node, info)) continue;
    if (node.kind === Kind.FIELD) {
      const name = node.name.value;
      const definition = isUnionType(parent) ? undefined : parent.getFields()[name];
      // `__typename` reads nothing.
      if (!definition) continue;
      const { below } = noted(fields, parent.name, node.alias?.value ?? name, name);
      const type = getNamedType(definition.type);
      if (isCompositeType(type)) collect(node.selectionSet?.selections ?? [], type, info, below);
      continue;
    }
    const fragment = node.kind === Kind.FRAGMENT_SPREAD ? info.fragments[node.name.value] : node;
    const type = fragment?.typeCondition
      ? typeFromAST(info.schema, fragment.typeCondition)
      : parent;
    if (fragment && isCompositeType(type)) {
      collect(fragment.selectionSet.selections, type, info, fields);
    }
  }
}

function noted(fields: AskedFields, type: string, key: string, name: string): AskedField {
  const ofType = fields.get(type) ?? new Map<string, AskedField>();
  fields.set(type, ofType);
  const field = ofType.get(key) ?? { name, below: new Map() };
  ofType.set(key, field);
  return field;
}

function isSkipped(node: SelectionNode, { variableValues }: GraphQLResolveInfo): boolean {
  return (
    getDirectiveValues(GraphQLSkipDirective, node, variableValues)?.['if'] === true ||
    getDirectiveValues(GraphQLIncludeDirective, node, variableValues)?.['if'] === false
  );
}
