import { searchWithoutEmptyParts } from '../documents/emptyParts';
import { utf8 } from '../http/jsonBody';
import { extentRefusal, textRefusal } from '../limits/requestExtent';
import type { Question } from './asked';

/** A request that is a document with variables, and nothing else. */
export interface PlainRequest {
  readonly query: string;
  readonly operationName: string | undefined;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** What readers of JSON that are careful refuse. */
const SUSPICIOUS = /__proto__|constructor|\\u/;

/** Undefined where the body, or the search of a GET, is anything but that. */
export function plainRequestOf(
  question: Question,
  body: Buffer | undefined,
): PlainRequest | undefined {
  try {
    const asked = question.by === 'search' ? askedBySearch(question.text) : body && askedBy(body);
    if (!isRecord(asked)) return undefined;
    const { query, operationName = null, variables = null, ...others } = asked;
    if (Object.values(others).some((other) => other !== null)) return undefined;
    if (typeof query !== 'string') return undefined;
    if (operationName !== null && typeof operationName !== 'string') return undefined;
    if (variables !== null && !isRecord(variables)) return undefined;
    if (extentRefusal({ variables })) return undefined;
    return { query, operationName: operationName || undefined, variables: variables ?? {} };
  } catch {
    return undefined;
  }
}

function askedBy(body: Buffer): unknown {
  if (textRefusal(body) !== undefined) return undefined;
  const text = utf8(body);
  return SUSPICIOUS.test(text) ? undefined : JSON.parse(text);
}

function askedBySearch(text: string): unknown {
  const search = new URLSearchParams(text);
  const names = [...search.keys()];
  // What stands twice is for the routes to judge.
  if (new Set(names).size < names.length) return undefined;
  const { variables, ...others } = Object.fromEntries(searchWithoutEmptyParts(search));
  if (textRefusal(variables ?? '') !== undefined) return undefined;
  return { ...others, variables: variables === undefined ? null : JSON.parse(variables) };
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
