import { visit, type ASTNode, type DocumentNode, type OperationDefinitionNode } from 'graphql';
import type { Viewer } from '../../access/viewer';
import type { GroupSight } from './groupsCost';
import type { Variables } from './collectedFields';
import { PriceReading, type NamedTables, type Price } from './priceReading';
import type { PricingOptions } from './pricingOptions';

/** What requests cost, known before anything is read: by their documents, their variables and how large tables are. */
export class Pricing {
  private readonly named: NamedTables;

  constructor(private readonly options: PricingOptions) {
    const { marts = [], entities = [] } = options.model ?? {};
    this.named = {
      tables: new Map([...marts, ...entities].map((table) => [table.name, table])),
      marts: new Map(marts.map((mart) => [mart.name, mart])),
    };
  }

  of(
    document: DocumentNode,
    operation: OperationDefinitionNode,
    variables: Variables,
    viewer: Viewer | null,
  ): Price {
    const { options, named } = this;
    const sight = this.sightOf(viewer);
    return new PriceReading(options, named, document, variables, sight).ofOperation(operation);
  }

  /** The same, for a document that is asked again: reckoned once for all that it depends on. */
  ofDocument(
    document: DocumentNode,
    operation: OperationDefinitionNode,
  ): (variables: Variables, viewer: Viewer) => Price {
    const deciding = variablesOfPrice(document);
    const known = new Map<string, Price>();
    return (variables, viewer) => {
      const edition = this.options.edition?.() ?? 0;
      const sight = Object.values(this.sightOf(viewer));
      const values = deciding.map((each) => variables[each]);
      const name = JSON.stringify([edition, sight, ...values]);
      const isShort = name.length <= LONGEST_NAME;
      const found = isShort ? known.get(name) : undefined;
      if (found) return found;
      const price = this.of(document, operation, variables, viewer);
      if (known.size >= MAX_REMEMBERED) known.clear();
      if (isShort) known.set(name, price);
      return price;
    };
  }

  /** All of the caller that a price depends on. */
  sightOf(viewer: Viewer | null): GroupSight {
    const { scope, rights } = viewer ?? {};
    return {
      all: !scope,
      rollups: !scope?.companies && !scope?.certificates,
      withheld: this.options.withholds && rights?.has('bin:read') !== true,
    };
  }
}

const MAX_REMEMBERED = 100;
const LONGEST_NAME = 500;

/** The names of variables that stand in arguments and in directives. */
function variablesOfPrice(document: DocumentNode): readonly string[] {
  const names = new Set<string>();
  const gather = (node: ASTNode) =>
    visit(node, { Variable: ({ name }) => void names.add(name.value) });
  visit(document, {
    Argument: (node) => void gather(node),
    Directive: (node) => void gather(node),
  });
  return [...names];
}
