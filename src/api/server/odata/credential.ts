import type { FastifyRequest } from 'fastify';
import type { Shown } from '../callers/authentication';
import { searchPartOf } from '../basis/searchPart';

/** The name of the parameter that may hold a key, where a setting allows that. */
export const KEY_PARAMETER = 'key';

/**
 * What shows who asks, in the form in which every door reads it: the password of Basic, or the key in the address where
 * `keyInUrl` allows that, is a key as Bearer has it. What is no such thing stays as it came.
 */
export function shownBy(request: FastifyRequest, keyInUrl: boolean): Shown {
  const { headers, socket } = request.raw;
  const bearer = passwordOf(headers.authorization) ?? (keyInUrl ? keyIn(request) : undefined);
  if (bearer === undefined) return request.raw;
  return { headers: { ...headers, authorization: `Bearer ${bearer}` }, socket };
}

/** Whatever the user name: programs that ask for one know no key without. */
function passwordOf(authorization: string | undefined): string | undefined {
  const [, encoded] = /^basic +([\w+/=-]+) *$/i.exec(authorization ?? '') ?? [];
  if (encoded === undefined) return undefined;
  const pair = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = pair.indexOf(':');
  const password = pair.slice(colon + 1);
  return colon >= 0 && /^[^\s,]+$/.test(password) ? password : undefined;
}

/** Only for who shows no credential otherwise: two that differ are none. */
function keyIn({ url, raw: { headers } }: FastifyRequest): string | undefined {
  if (headers.authorization !== undefined || headers['x-api-key'] !== undefined) return undefined;
  const keys = searchPartOf(url).getAll(KEY_PARAMETER);
  const [key] = keys;
  return keys.length === 1 && key !== undefined && /^[^\s,]+$/.test(key) ? key : undefined;
}
