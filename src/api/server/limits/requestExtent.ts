import type { Failure } from '../basis/failure';
import { sentences } from '../basis/sentences';
import { beyondBounds, type Beyond, type Bounds } from './extent';
import { documentNesting } from './nesting';
import { textBeyondBounds } from './textExtent';

/** Brackets in a document: a query of 15 levels, with the deepest filter in it, has fewer than half. */
const MAX_IN_DOCUMENT = 100;
/**
 * What the JSON beside it may be. The deepest filter has 21 levels. A filter has 500 comparisons at most, each in a
 * few objects, and lists of a thousand values each: reading an object takes as long as some hundred values.
 */
const VALUES: Bounds = { depth: 50, containers: 2_000, values: 20_000 };
/** The same within a message of a WebSocket, which has a type, an id and a payload around them. */
const MESSAGE: Bounds = { depth: 51, containers: 2_001, values: 20_003 };

/** Stands for JSON that has too much in it to be parsed. */
export class BeyondExtent {
  readonly failure: Failure;
  constructor(sentence: string) {
    this.failure = { code: 'BAD_USER_INPUT', sentence };
  }
}

/** Why a request has too much in it to be looked at any further; undefined where it has not. */
export function extentRefusal(asked: unknown): Failure | undefined {
  if (typeof asked !== 'object' || asked === null) return undefined;
  const sentence = sentenceOf(beyondBounds(asked, VALUES));
  if (sentence !== undefined) return { code: 'BAD_USER_INPUT', sentence };
  if (!('query' in asked) || typeof asked.query !== 'string') return undefined;
  return documentNesting(asked.query) > MAX_IN_DOCUMENT
    ? { code: 'GRAPHQL_PARSE_FAILED', sentence: sentences.documentTooDeep(MAX_IN_DOCUMENT) }
    : undefined;
}

/** The same for JSON, as the sentence that says it: counting takes less than parsing, and what has too much is not parsed. */
export function textRefusal(json: string | Uint8Array): string | undefined {
  return sentenceOf(textBeyondBounds(bytesOf(json), VALUES));
}

/** The same for a message of a WebSocket. */
export function messageRefusal(json: Uint8Array): string | undefined {
  return sentenceOf(textBeyondBounds(json, MESSAGE));
}

function bytesOf(json: string | Uint8Array): Uint8Array {
  return typeof json === 'string' ? Buffer.from(json) : json;
}

function sentenceOf(beyond: Beyond | undefined): string | undefined {
  switch (beyond) {
    case 'depth':
      return sentences.valuesTooDeep(VALUES.depth);
    case 'containers':
      return sentences.tooManyContainers(VALUES.containers);
    case 'values':
      return sentences.tooManyValues(VALUES.values);
    default:
      return undefined;
  }
}

/** What a GET asks for, in the form of a POST's body. What is not JSON is for GraphQL to refuse. */
export function askedBySearch(search: URLSearchParams): unknown {
  for (const name of ['variables', 'extensions']) {
    const sentence = textRefusal(search.get(name) ?? '');
    if (sentence !== undefined) return new BeyondExtent(sentence);
  }
  const parsed = (name: string): unknown => {
    try {
      return JSON.parse(search.get(name) ?? 'null');
    } catch {
      return undefined;
    }
  };
  return {
    query: search.get('query'),
    documentId: search.get('documentId'),
    operationName: search.get('operationName'),
    variables: parsed('variables'),
    extensions: parsed('extensions'),
  };
}
