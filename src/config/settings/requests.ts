import { readdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { z } from 'zod';
import { RIGHTS } from '../../api/access/viewer';
import { optional, setting, wholeNumber } from '../setting';

function isReadableFolder(path: string): boolean {
  try {
    readdirSync(path);
    return true;
  } catch {
    return false;
  }
}

export const requestSettings = {
  RATE_REQUESTS: setting(
    'max requests of a credential per minute; 0: no limit',
    '6000',
    wholeNumber(0, 1e9),
  ),
  RATE_COST: setting(
    'max cost of all requests of a credential per minute, by `extensions.cost` (about microseconds of work); 0: no limit',
    '30000000',
    wholeNumber(0, 1e12),
  ),
  RATE_LOOKUPS: setting(
    'max companies that a credential looks up by a masked BIN per minute; 0: no limit',
    '60',
    wholeNumber(0, 1e9),
  ),
  ANSWER_CACHE_BYTES: setting(
    'memory for cached answers, which are kept until other data is published; 0: no cache',
    String(32 * 1024 * 1024),
    wholeNumber(0, 16 * 1024 * 1024 * 1024),
  ),
  TRUSTED_DOCUMENTS: optional(
    'folder of `.graphql` files whose operations can be requested by name or hash; keys can be confined to them',
    'none',
    z
      .string()
      .transform((value) => resolve(value))
      .refine(isReadableFolder, 'a folder that can be read'),
  ),
  INTROSPECTION: setting(
    'who may read the schema over the API: `all`, `none`, or callers with a right such as `quality:read`',
    'all',
    z.enum(['all', 'none', ...RIGHTS], `all, none, or one of ${RIGHTS.join(', ')}`),
  ),
};
