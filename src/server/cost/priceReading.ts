import {
  getArgumentValues,
  getDirectiveValues,
  getNamedType,
  getNullableType,
  GraphQLIncludeDirective,
  GraphQLSkipDirective,
  isCompositeType,
  isInterfaceType,
  isListType,
  isObjectType,
  Kind,
  typeFromAST,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLField,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import type { Mart, Table } from '../../model/mart';
import { MOST_ROWS, USUAL_ROWS } from '../../query/window';
import { groupsCost, type GroupSight } from './groupsCost';
import { leafCost, ownCosts } from './ownCosts';
import type { PricingOptions } from './pricingOptions';
import { RATES } from './rates';
import { linkedPageCost, rootPageCost, type Arguments } from './rowsCost';
import { SelectedFields } from './selectedFields';

export type Variables = Readonly<Record<string, unknown>>;

/** What a request may cost. */
export interface Price {
  /** See {@link RATES}. */
  readonly cost: number;
  /** How many values the answer could hold at most. */
  readonly values: number;
}

/** What a part of a document costs. */
interface PartPrice extends Price {
  /** What is done for all rows of a field together, however many there are: it is not multiplied by rows. */
  readonly once: number;
}

/** Of one row's linked rows three times as many are reckoned with as an average row has. */
const BEYOND_AVERAGE = 3;
/** Elements of a list that is no connection. */
const LIST = 10;
/** Of those that are longer. */
const LISTS: Readonly<Record<string, number>> = {
  'Catalogue.labels': 1_000,
  'Catalogue.countries': 250,
  'CatalogueTable.fields': 40,
};

/** The tables of the model by the names of their types. */
export interface NamedTables {
  readonly tables: ReadonlyMap<string, Table>;
  readonly marts: ReadonlyMap<string, Mart>;
}

/** Reads a document once, with the values of its variables. */
export class PriceReading {
  private readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  /** A fragment costs the same wherever it is spread; without this, spreads of spreads take for ever. */
  private readonly known = new Map<string, PartPrice>();
  private readonly selected: SelectedFields;

  constructor(
    private readonly options: PricingOptions,
    private readonly named: NamedTables,
    document: DocumentNode,
    private readonly variables: Variables,
    private readonly sight: GroupSight,
  ) {
    const definitions = document.definitions.filter(
      (node) => node.kind === Kind.FRAGMENT_DEFINITION,
    );
    this.fragments = new Map(definitions.map((node) => [node.name.value, node]));
    this.selected = new SelectedFields(this.fragments, (node) => this.isLeftOut(node));
  }

  ofOperation({ operation, selectionSet }: OperationDefinitionNode): Price {
    const root = this.options.schema.getRootType(operation);
    if (!root) return { cost: RATES.request, values: 0 };
    const { cost, once, values } = this.ofSelections(selectionSet, root);
    return { cost: Math.ceil(RATES.request + once + cost), values };
  }

  private ofSelections({ selections }: SelectionSetNode, type: GraphQLCompositeType): PartPrice {
    let cost = 0;
    let once = 0;
    let values = 0;
    for (const selection of selections) {
      if (this.isLeftOut(selection)) continue;
      const price = this.ofSelection(selection, type);
      cost += price.cost;
      once += price.once;
      values += price.values;
    }
    return { cost, once, values };
  }

  private ofSelection(
    selection: SelectionSetNode['selections'][number],
    type: GraphQLCompositeType,
  ): PartPrice {
    if (selection.kind === Kind.FIELD) return this.ofField(selection, type);
    if (selection.kind === Kind.FRAGMENT_SPREAD) return this.ofFragment(selection.name.value);
    const { typeCondition, selectionSet } = selection;
    const narrowed = typeCondition ? typeFromAST(this.options.schema, typeCondition) : type;
    return this.ofSelections(selectionSet, isCompositeType(narrowed) ? narrowed : type);
  }

  private ofFragment(name: string): PartPrice {
    const known = this.known.get(name);
    if (known) return known;
    const fragment = this.fragments.get(name);
    const type = fragment && typeFromAST(this.options.schema, fragment.typeCondition);
    if (!fragment || !isCompositeType(type)) return { cost: 0, once: 0, values: 0 };
    const price = this.ofSelections(fragment.selectionSet, type);
    this.known.set(name, price);
    return price;
  }

  private ofField(node: FieldNode, type: GraphQLCompositeType): PartPrice {
    const field =
      isObjectType(type) || isInterfaceType(type) ? type.getFields()[node.name.value] : undefined;
    const below = field && getNamedType(field.type);
    if (!field || !node.selectionSet || !isCompositeType(below)) {
      const leaf = leafCost(type.name, node.name.value, this.options);
      return { cost: RATES.value + leaf, once: 0, values: 1 };
    }
    const each = this.ofSelections(node.selectionSet, below);
    const isConnection = below.name.endsWith('Connection');
    const size = isConnection ? this.pageSize(node) : 1;
    const values = 1 + size * each.values;
    const place = { field, node, parent: type.name, below: below.name };
    const { own, once, times } = this.ownOf(place, size);
    return { cost: RATES.value + own + times * each.cost, once: once + each.once, values };
  }

  /** What a field costs by itself, and how often what is below it. */
  private ownOf(place: Place, size: number): OwnPrice {
    const { sizes } = this.options;
    const { field, node, parent, below } = place;
    // The rows of a page are reckoned with at its connection.
    if (/(Connection|Edge)$/.test(parent)) return { own: 0, once: 0, times: 1 };
    const args = this.argumentsOf(field, node);
    const isRoot = parent === this.options.schema.getQueryType()?.name;
    const named = below.replace(/Connection$/, '');
    const table = this.named.tables.get(named);
    if (table && named !== below) {
      const beside = this.selected.besideRows(node);
      if (isRoot) {
        const rows = Math.min(size, sizes(table.table));
        return { own: rootPageCost(table, args, rows, beside, sizes), once: 0, times: rows };
      }
      const rows = Math.min(size, this.mostBelow(table, parent));
      const { each, once } = linkedPageCost(table, args, rows, beside, sizes);
      return { own: each, once, times: rows };
    }
    const mart = this.named.marts.get(named.replace(/Group$/, ''));
    if (mart && below === `${mart.name}GroupConnection`) {
      const asked = this.selected.ofGroups(node);
      return { own: groupsCost(mart, args, asked, this.sight, sizes), once: 0, times: size };
    }
    if (table) return { own: RATES.probe, once: RATES.statement, times: 1 };
    const isList = isListType(getNullableType(field.type));
    const length = isList ? (LISTS[`${parent}.${field.name}`] ?? LIST) : 1;
    const own = ownCosts({ parent, name: field.name, isRoot, args }, this.options, () =>
      this.selected.namesBelow(node),
    );
    return { own, once: 0, times: named === below ? length : size };
  }

  /** How many rows one row of another table leads to. */
  private mostBelow(table: Table, parent: string): number {
    const from = this.named.tables.get(parent);
    if (!from) return MOST_ROWS;
    const { sizes } = this.options;
    return Math.ceil((BEYOND_AVERAGE * sizes(table.table)) / sizes(from.table));
  }

  /** What cannot be read costs nothing: the execution says why. */
  private argumentsOf(field: GraphQLField<unknown, unknown>, node: FieldNode): Arguments {
    if (!node.arguments?.length) return {};
    try {
      return getArgumentValues(field, node, this.variables);
    } catch {
      return {};
    }
  }

  /** What is no page size costs as the longest page; that it is none is for the reading to say. */
  private pageSize({ arguments: given = [] }: FieldNode): number {
    const sizes = given
      .filter(({ name }) => name.value === 'first' || name.value === 'last')
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
    if (!selection.directives?.length) return false;
    const skip = getDirectiveValues(GraphQLSkipDirective, selection, this.variables);
    const include = getDirectiveValues(GraphQLIncludeDirective, selection, this.variables);
    return skip?.['if'] === true || include?.['if'] === false;
  }
}

interface Place {
  readonly field: GraphQLField<unknown, unknown>;
  readonly node: FieldNode;
  /** The names of the types of the object and of the field. */
  readonly parent: string;
  readonly below: string;
}

/** What a field costs by itself for each row, for all of them together, and how often what is below it. */
interface OwnPrice {
  readonly own: number;
  readonly once: number;
  readonly times: number;
}
