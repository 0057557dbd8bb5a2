import {
  getArgumentValues,
  getNullableType,
  isListType,
  Kind,
  type DocumentNode,
  type FieldNode,
  type OperationDefinitionNode,
} from 'graphql';
import type { Mart, Table } from '../../model/mart';
import { MAX_ROWS, USUAL_ROWS } from '../../query/arguments/window';
import { CollectedFields, type CollectedField, type Variables } from './collectedFields';
import { groupsCost, type GroupSight } from './groupsCost';
import { leafCost, ownCosts } from './ownCosts';
import type { PricingOptions } from './pricingOptions';
import { RATES } from './rates';
import { linkedPageCost, rootPageCost, type Arguments } from './rowsCost';
import { SelectedFields } from './selectedFields';

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

/**
 * Fields of a document that differ in the nodes that ask for them. A document of the longest has fewer, unless its
 * fragments are made so that each path of names leads to nodes of its own.
 */
const MAX_DIFFERENT = 5_000;
/** More than any request may cost. */
const TOO_MUCH: PartPrice = {
  cost: Number.MAX_SAFE_INTEGER,
  once: 0,
  values: Number.MAX_SAFE_INTEGER,
};

/** The tables of the model by the names of their types. */
export interface NamedTables {
  readonly tables: ReadonlyMap<string, Table>;
  readonly marts: ReadonlyMap<string, Mart>;
}

/** Reads a document once, with the values of its variables. */
export class PriceReading {
  private readonly fields: CollectedFields;
  private readonly selected: SelectedFields;
  /** The same nodes cost the same wherever they stand; without this, spreads of spreads take for ever. */
  private readonly known = new Map<string, PartPrice>();
  private readonly numbers = new Map<FieldNode, number>();

  constructor(
    private readonly options: PricingOptions,
    private readonly named: NamedTables,
    document: DocumentNode,
    private readonly variables: Variables,
    private readonly sight: GroupSight,
  ) {
    this.fields = new CollectedFields(options.schema, document, variables);
    this.selected = new SelectedFields(this.fields);
  }

  ofOperation({ operation, selectionSet }: OperationDefinitionNode): Price {
    const root = this.options.schema.getRootType(operation);
    if (!root) return { cost: RATES.request, values: 0 };
    const { cost, once, values } = this.ofFields(this.fields.of(selectionSet, root));
    // The same parts in another order make a sum that differs in its last digits.
    const exact = Math.round((RATES.request + once + cost) * 1_000) / 1_000;
    return { cost: Math.ceil(exact), values };
  }

  private ofFields(fields: readonly CollectedField[]): PartPrice {
    let cost = 0;
    let once = 0;
    let values = 0;
    for (const field of fields) {
      const price = this.ofField(field);
      cost += price.cost;
      once += price.once;
      values += price.values;
    }
    return { cost, once, values };
  }

  private ofField(field: CollectedField): PartPrice {
    const name = this.nameOf(field);
    const known = this.known.get(name);
    if (known) return known;
    if (this.known.size >= MAX_DIFFERENT) return TOO_MUCH;
    const price = this.priceOf(field);
    this.known.set(name, price);
    return price;
  }

  private nameOf({ parent, nodes }: CollectedField): string {
    const numbers = nodes.map((node) => {
      const number = this.numbers.get(node) ?? this.numbers.size;
      this.numbers.set(node, number);
      return number;
    });
    return `${parent} ${numbers.join(' ')}`;
  }

  private priceOf(field: CollectedField): PartPrice {
    const { parent, name, type } = field;
    if (!type) {
      return { cost: RATES.value + leafCost(parent, name, this.options), once: 0, values: 1 };
    }
    const each = this.ofFields(this.fields.below(field));
    const isConnection = type.name.endsWith('Connection');
    const size = isConnection ? this.pageSize(field.nodes[0]) : 1;
    const values = 1 + size * each.values;
    const { own, once, times } = this.ownOf(field, type.name, size);
    return { cost: RATES.value + own + times * each.cost, once: once + each.once, values };
  }

  /** What a field costs by itself, and how often what is below it. */
  private ownOf(field: CollectedField, below: string, size: number): OwnPrice {
    const { schema, sizes } = this.options;
    const { parent, name } = field;
    // The rows of a page are reckoned with at its connection.
    if (/(Connection|Edge)$/.test(parent)) return { own: 0, once: 0, times: 1 };
    const args = this.argumentsOf(field);
    const roots = [schema.getQueryType(), schema.getMutationType()];
    const isRoot = roots.some((root) => root?.name === parent);
    const named = below.replace(/Connection$/, '');
    const table = this.named.tables.get(named);
    if (table && named !== below) {
      const beside = this.selected.besideRows(field);
      if (isRoot) {
        const rows = Math.min(size, sizes(table.table));
        return { own: rootPageCost(table, args, rows, beside, sizes), once: 0, times: rows };
      }
      const rows = Math.min(size, this.maxBelow(table, parent));
      const { each, once } = linkedPageCost(table, args, rows, beside, sizes);
      return { own: each, once, times: rows };
    }
    const mart = this.named.marts.get(named.replace(/Group$/, ''));
    if (mart && below === `${mart.name}GroupConnection`) {
      const asked = this.selected.ofGroups(field);
      return { own: groupsCost(mart, args, asked, this.sight, sizes), once: 0, times: size };
    }
    if (table) return { own: RATES.probe, once: RATES.statement, times: 1 };
    // The defects of all rows' reports are read together.
    if (below === 'MissingValue') return { own: RATES.probe, once: RATES.statement, times: LIST };
    const isList = isListType(getNullableType(field.definition?.type));
    const length = isList ? (LISTS[`${parent}.${name}`] ?? LIST) : 1;
    const own = ownCosts({ parent, name, isRoot, args }, this.options, () =>
      this.selected.namesBelow(field),
    );
    return { own, once: 0, times: named === below ? length : size };
  }

  /** How many rows one row of another table leads to. */
  private maxBelow(table: Table, parent: string): number {
    const from = this.named.tables.get(parent);
    if (!from) return MAX_ROWS;
    const { sizes } = this.options;
    return Math.ceil((BEYOND_AVERAGE * sizes(table.table)) / sizes(from.table));
  }

  /** What cannot be read costs nothing: the execution says why. */
  private argumentsOf({ definition, nodes: [node] }: CollectedField): Arguments {
    if (!definition || !node.arguments?.length) return {};
    try {
      return getArgumentValues(definition, node, this.variables);
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
    return Number.isInteger(size) ? Math.min(Math.max(Number(size), 0), MAX_ROWS) : MAX_ROWS;
  }
}

/** What a field costs by itself for each row, for all of them together, and how often what is below it. */
interface OwnPrice {
  readonly own: number;
  readonly once: number;
  readonly times: number;
}
