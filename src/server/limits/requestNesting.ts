import type { Failure } from '../failure';
import { sentences } from '../sentences';
import { documentNesting, nestsDeeperThan } from './nesting';

/** Brackets in a document: a query of 15 levels, with the deepest filter in it, has fewer than half. */
const MOST_IN_DOCUMENT = 100;
/** Lists and objects in the JSON beside it: the deepest filter has 21. */
export const MOST_IN_VALUES = 50;

/** Why a request is nested too deep to be looked at any further; undefined where it is not. */
export function nestingRefusal(asked: unknown): Failure | undefined {
  if (typeof asked !== 'object' || asked === null) return undefined;
  if (nestsDeeperThan(asked, MOST_IN_VALUES)) {
    return { code: 'BAD_USER_INPUT', sentence: sentences.valuesTooDeep(MOST_IN_VALUES) };
  }
  if (!('query' in asked) || typeof asked.query !== 'string') return undefined;
  return documentNesting(asked.query) > MOST_IN_DOCUMENT
    ? { code: 'GRAPHQL_PARSE_FAILED', sentence: sentences.documentTooDeep(MOST_IN_DOCUMENT) }
    : undefined;
}

/** What a GET asks for, in the form of a POST's body. What is not JSON is for GraphQL to refuse. */
export function askedBySearch(search: URLSearchParams): unknown {
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
