import { resolve } from 'node:path';
import { z } from 'zod';
import { optional, setting, wholeNumber } from '../setting';

export const databaseSettings = {
  DATABASE_URL: optional(
    'PostgreSQL 15 to 18 to use, as `postgresql://…`',
    'the embedded server in `DATA_DIR`',
    z.string().regex(/^postgres(ql)?:\/\//, 'an address that begins with postgresql://'),
  ),
  DATA_DIR: setting(
    "folder of the embedded server's data",
    'data',
    z
      .string()
      .min(1, 'a folder')
      .transform((value) => resolve(value)),
  ),
  EMBEDDED_PORT: setting(
    'port of 127.0.0.1 on which analysts reach the embedded server, such as 5433; 0: none',
    '0',
    wholeNumber(0, 65_535),
  ),
  DATABASE_POOL_SIZE: setting(
    'max connections of the API to the database',
    '10',
    wholeNumber(1, 1_000),
  ),
  CONNECTIONS_PER_KEY: setting(
    'max connections of the API that one credential holds while others ask; alone it may hold nearly all; 0: no limit',
    '3',
    wholeNumber(0, 1_000),
  ),
  EXPORT_CONNECTIONS: setting(
    'max concurrent exports; each uses a connection beside the pool; of two or more one is left to other keys; 0 disables exports',
    '3',
    wholeNumber(0, 100),
  ),
  STATEMENT_TIMEOUT_MS: setting(
    'max duration of one statement of the API, in milliseconds',
    '30000',
    wholeNumber(100, 3_600_000),
  ),
  LOCK_PATIENCE_SECONDS: setting(
    'how long migrations retry while other sessions hold a lock that they need, in seconds',
    '300',
    wholeNumber(0, 86_400),
  ),
};
