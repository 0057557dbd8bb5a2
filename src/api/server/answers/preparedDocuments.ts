import { createHash } from 'node:crypto';
import {
  getOperationAST,
  parse,
  specifiedRules,
  validate,
  type DocumentNode,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql';
import type { Viewer } from '../../access/viewer';
import type { CompiledSelection } from '../../resolvers/compiled/compiledQuery';
import { standsWithoutVariables } from '../../resolvers/compiled/standsWithoutVariables';
import type { Pricing } from '../cost/price';
import type { Price } from '../cost/priceReading';
import { documentLimits } from '../limits/documentLimits';
import { extentRefusal } from '../limits/requestExtent';
import type { PlainRequest } from './plainRequest';

const LONGEST_DOCUMENT = 16 * 1024;
/** Characters of all documents together: what is kept of one takes some 30 bytes for each of its own. */
const MAX_CHARACTERS = 512 * 1024;
/** What is kept of the shortest is worth so many characters. */
const MIN_CHARACTERS = 512;
/** Of one document, for callers who see different things. */
const MAX_SELECTIONS = 20;

/** A query that is valid and within all limits of documents. */
export interface Prepared {
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  /** The SHA-256 of its text, by which the ledger knows it. */
  readonly hash: string;
  priceOf(variables: Readonly<Record<string, unknown>>, viewer: Viewer): Price;
  /** What it asks for as each kind of caller sees it. */
  selectionFor(visibility: string, compile: () => CompiledSelection): CompiledSelection;
}

/** Documents that are parsed and validated once. The longest unasked one makes room for a new one. */
export class PreparedDocuments {
  private readonly known = new Map<string, Prepared | null>();
  private characters = 0;

  constructor(
    private readonly schema: GraphQLSchema,
    private readonly pricing: Pricing,
  ) {}

  /** Null for all that is no query, not valid or not within the limits. */
  of({ query, operationName }: PlainRequest): Prepared | null {
    if (query.length > LONGEST_DOCUMENT) return null;
    const name = `${operationName ?? ''}\n${query}`;
    const known = this.known.get(name);
    const prepared =
      known === undefined ? prepare(this.schema, this.pricing, query, operationName) : known;
    if (known !== undefined) this.known.delete(name);
    else this.makeRoomFor(weightOf(name));
    this.known.set(name, prepared);
    return prepared;
  }

  private makeRoomFor(weight: number): void {
    this.characters += weight;
    for (const oldest of this.known.keys()) {
      if (this.characters <= MAX_CHARACTERS) return;
      this.known.delete(oldest);
      this.characters -= weightOf(oldest);
    }
  }
}

function weightOf(name: string): number {
  return MIN_CHARACTERS + name.length;
}

function prepare(
  schema: GraphQLSchema,
  pricing: Pricing,
  query: string,
  operationName: string | undefined,
): Prepared | null {
  const { parseOptions, validationRules } = documentLimits;
  if (extentRefusal({ query })) return null;
  let document: DocumentNode;
  try {
    // No error is told from here: without the places of its parts a document takes a fifth of the memory.
    document = parse(query, { ...parseOptions, noLocation: true });
  } catch {
    return null;
  }
  const operation = getOperationAST(document, operationName);
  if (operation?.operation !== 'query') return null;
  const errors = validate(schema, document, [...specifiedRules, ...validationRules]);
  if (errors.length > 0) return null;
  const hash = createHash('sha256').update(query).digest('hex');
  return {
    ...{ document, operation, hash },
    priceOf: pricing.ofDocument(document, operation),
    selectionFor: selections(document, operation),
  };
}

/** Remembers them where they are the same whatever the variables. */
function selections(
  document: DocumentNode,
  operation: OperationDefinitionNode,
): Prepared['selectionFor'] {
  if (!standsWithoutVariables(document, operation)) return (_, compile) => compile();
  const known = new Map<string, CompiledSelection>();
  return (visibility, compile) => {
    const found = known.get(visibility);
    if (found) return found;
    const compiled = compile();
    if (known.size >= MAX_SELECTIONS) known.clear();
    known.set(visibility, compiled);
    return compiled;
  };
}
