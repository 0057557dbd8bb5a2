import {
  getDirectiveValues,
  getNamedType,
  GraphQLIncludeDirective,
  GraphQLSkipDirective,
  isCompositeType,
  isInterfaceType,
  isObjectType,
  Kind,
  typeFromAST,
  visit,
  type ArgumentNode,
  type ASTNode,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import { MOST_ROWS, USUAL_ROWS } from '../../query/window';

type Variables = Readonly<Record<string, unknown>>;

/**
 * How many values the answer could hold at most: each field counts once for each row that may bear it,
 * and a connection has as many rows as its page size says. Known before anything is read.
 */
export function costOf(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  variables: Variables,
): number {
  const root = schema.getRootType(operation.operation);
  if (!root) return 0;
  return new CostReading(schema, document, variables).ofSelections(operation.selectionSet, root);
}

/** The same, for a document that is asked again: counted once for each set of values that it depends on. */
export function costsOf(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
): (variables: Variables) => number {
  const deciding = variablesOfCost(document);
  const known = new Map<string, number>();
  return (variables) => {
    const name = JSON.stringify(deciding.map((each) => variables[each]));
    const found = known.get(name);
    if (found !== undefined) return found;
    const cost = costOf(schema, document, operation, variables);
    if (known.size >= MOST_REMEMBERED) known.clear();
    known.set(name, cost);
    return cost;
  };
}

const MOST_REMEMBERED = 100;

/** The names of variables that stand in page sizes and in directives. */
function variablesOfCost(document: DocumentNode): readonly string[] {
  const names = new Set<string>();
  const gather = (node: ASTNode) =>
    visit(node, { Variable: ({ name }) => void names.add(name.value) });
  visit(document, {
    Argument(node) {
      if (isPageSize(node)) gather(node);
    },
    Directive: (node) => void gather(node),
  });
  return [...names];
}

function isPageSize({ name }: ArgumentNode): boolean {
  return name.value === 'first' || name.value === 'last';
}

class CostReading {
  private readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  /** A fragment costs the same wherever it is spread; without this, spreads of spreads take for ever. */
  private readonly known = new Map<string, number>();

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

  ofSelections({ selections }: SelectionSetNode, type: GraphQLCompositeType): number {
    let cost = 0;
    for (const selection of selections) {
      if (this.isLeftOut(selection)) continue;
      if (selection.kind === Kind.FIELD) cost += this.ofField(selection, type);
      else if (selection.kind === Kind.FRAGMENT_SPREAD)
        cost += this.ofFragment(selection.name.value);
      else {
        const { typeCondition, selectionSet } = selection;
        const narrowed = typeCondition ? typeFromAST(this.schema, typeCondition) : type;
        cost += this.ofSelections(selectionSet, isCompositeType(narrowed) ? narrowed : type);
      }
    }
    return cost;
  }

  private ofField(node: FieldNode, type: GraphQLCompositeType): number {
    const field =
      isObjectType(type) || isInterfaceType(type) ? type.getFields()[node.name.value] : undefined;
    const below = field && getNamedType(field.type);
    if (!node.selectionSet || !isCompositeType(below)) return 1;
    const cost = this.ofSelections(node.selectionSet, below);
    return 1 + cost * (below.name.endsWith('Connection') ? this.pageSize(node) : 1);
  }

  private ofFragment(name: string): number {
    const known = this.known.get(name);
    if (known !== undefined) return known;
    const fragment = this.fragments.get(name);
    const type = fragment && typeFromAST(this.schema, fragment.typeCondition);
    if (!fragment || !isCompositeType(type)) return 0;
    const cost = this.ofSelections(fragment.selectionSet, type);
    this.known.set(name, cost);
    return cost;
  }

  /** What is no page size costs as the longest page; that it is none is for the reading to say. */
  private pageSize({ arguments: given = [] }: FieldNode): number {
    const sizes = given
      .filter(isPageSize)
      .map(({ value }) => {
        if (value.kind === Kind.INT) return Number(value.value);
        return value.kind === Kind.VARIABLE ? this.variables[value.name.value] : null;
      })
      .filter((size) => size !== null && size !== undefined);
    if (sizes.length === 0) return USUAL_ROWS;
    const [size] = sizes;
    return Number.isInteger(size) ? Math.min(Math.max(Number(size), 0), MOST_ROWS) : MOST_ROWS;
  }

  private isLeftOut(selection: Parameters<typeof getDirectiveValues>[1]): boolean {
    const skip = getDirectiveValues(GraphQLSkipDirective, selection, this.variables);
    const include = getDirectiveValues(GraphQLIncludeDirective, selection, this.variables);
    return skip?.['if'] === true || include?.['if'] === false;
  }
}
