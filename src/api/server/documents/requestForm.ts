import { shown } from '../../query/values/badInput';
import type { Failure } from '../basis/failure';
import { sentences } from '../basis/sentences';

/**
 * Why what was sent is no request for GraphQL at all; undefined where it is one, whatever stands in it. Of a GET it
 * is given in the form of a POST's body.
 */
export function formRefusal(asked: unknown): Failure | undefined {
  const sentence = wrongForm(asked);
  return sentence === undefined ? undefined : { code: 'BAD_REQUEST', sentence };
}

function wrongForm(asked: unknown): string | undefined {
  if (Array.isArray(asked)) return sentences.severalRequests;
  if (!isObject(asked)) return sentences.noRequest;
  const { query, operationName, variables, extensions } = asked;
  if (isAbsent(query)) {
    const isPersisted = isObject(extensions) && !isAbsent(extensions['persistedQuery']);
    if (!isPersisted) return sentences.noQuery;
  } else if (typeof query !== 'string') {
    return sentences.wrongPart('query', shown(query), 'the text of a document');
  }
  if (!isAbsent(operationName) && typeof operationName !== 'string') {
    return sentences.wrongPart('operationName', shown(operationName), 'a name');
  }
  for (const [name, part] of Object.entries({ variables, extensions })) {
    if (isAbsent(part) || isObject(part)) continue;
    return sentences.wrongPart(name, shown(part), 'an object, not a text of one');
  }
  return undefined;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isAbsent(value: unknown): value is null | undefined {
  return value === null || value === undefined;
}
