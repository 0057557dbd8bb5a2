import { Writable } from 'node:stream';
import type { Knex } from 'knex';
import { makeExecutableSchema } from '@graphql-tools/schema';
import type { TokenRules } from '../../../src/api/access/tokens/tokens';
import { createKey } from '../../../src/api/access/keys/keys';
import { PUBLISHED_CHANNEL } from '../../../src/ground/database/channels';
import { connect } from '../../../src/ground/database/connecting/connect';
import { loadModel, type ServedModel } from '../../../src/api/model/read/loadModel';
import { createRequestContext } from '../../../src/api/resolvers/request/context';
import type { Request } from '../../../src/api/resolvers/request/request';
import { createSchema } from '../../../src/api/resolvers/schema';
import type { TrustedDocuments } from '../../../src/api/server/documents/trustedDocuments';
import { createLog } from '../../../src/api/server/log/log';
import { createServer } from '../../../src/api/server/createServer';
import { POOL_PATIENCE } from '../../../src/api/server/basis/deadline';
import type { ServerOptions } from '../../../src/api/server/serverOptions';
import { createTestDatabase, type TestDatabase } from '../../support/databases/database';

export { until } from '../../support/until';

type Resolve = (source: unknown, args: Record<string, unknown>, context: Request) => unknown;

export interface ServedDatabase {
  readonly url: string;
  readonly database: TestDatabase;
  /** The server's own connections. */
  readonly pool: Knex;
  /** A key with the right marts:read. */
  readonly key: string;
  /** All that was logged, as text. */
  log(): string;
  stop(): Promise<void>;
}

export interface Serving {
  readonly typeDefs?: string;
  readonly resolvers?: Record<string, Record<string, Resolve>>;
  readonly database?: TestDatabase;
  readonly config?: Partial<ServerOptions['config']>;
  /** The schema of the product, with its resolvers. */
  readonly product?: boolean;
  /** Another model than the product's, with its resolvers. */
  readonly model?: ServedModel;
  /** False where the resolvers answer everything. */
  readonly compiled?: boolean;
  readonly keepAlive?: number;
  readonly readerPatience?: number;
  readonly requestPatience?: number;
  readonly tokens?: TokenRules;
  readonly documents?: TrustedDocuments;
  readonly poolSize?: number;
  readonly explorerFolder?: string;
  /** Where the server finds the database, if not where it is. */
  readonly databaseUrl?: string;
}

/** A server on a free port, with a small schema, on a database of its own. */
export async function serveTest(serving: Serving = {}): Promise<ServedDatabase> {
  const database = serving.database ?? (await createTestDatabase());
  const pool = connect(serving.databaseUrl ?? database.url, {
    poolSize: serving.poolSize ?? 5,
    applicationName: 'techorda test api',
    acquireTimeout: POOL_PATIENCE,
  });
  let logged = '';
  const stream = new Writable({
    write(chunk: Buffer, _, done) {
      logged += chunk.toString();
      done();
    },
  });
  const server = await createServer({
    config: {
      HOST: '127.0.0.1',
      PORT: 0,
      MASK_BIN_FROM_YEAR: 2021,
      MASK_BIN_POLICY: 'year',
      MIN_GROUP_COMPANIES: 0,
      CONNECTIONS_PER_KEY: 0,
      EXPORT_CONNECTIONS: 3,
      STATEMENT_TIMEOUT_MS: 30_000,
      CORS_ORIGINS: [],
      RATE_REQUESTS: 0,
      RATE_COST: 0,
      RATE_LOOKUPS: 60,
      ANSWER_CACHE_BYTES: 64 * 1024 * 1024,
      LEDGER_BULK_ROWS: 10_000,
      PUBLIC_URL: undefined,
      ODATA_KEY_IN_URL: false,
      INTROSPECTION: 'all',
      ROLES: new Map(),
      ...serving.config,
    },
    database: pool,
    ...(serving.product === true || serving.model
      ? productSchema(serving.compiled !== false, serving.model)
      : {
          schema: makeExecutableSchema({
            typeDefs: serving.typeDefs ?? 'type Query { one: Int }',
            resolvers: serving.resolvers ?? { Query: { one: () => 1 } },
          }),
          createContext: (request: Request) => request,
        }),
    ...(serving.documents && { documents: serving.documents }),
    ...(serving.tokens && { tokens: serving.tokens }),
    ...(serving.keepAlive !== undefined && { keepAlive: serving.keepAlive }),
    ...(serving.readerPatience !== undefined && { readerPatience: serving.readerPatience }),
    ...(serving.requestPatience !== undefined && { requestPatience: serving.requestPatience }),
    ...(serving.explorerFolder !== undefined && { explorerFolder: serving.explorerFolder }),
    log: createLog({ LOG_LEVEL: 'debug' }, stream),
  });
  const { url } = await server.listen();
  const { key } = await createKey(database.knex, { name: 'test', rights: 'marts:read' });
  return {
    url,
    database,
    pool,
    key,
    log: () => logged,
    async stop() {
      await server.close();
      await pool.destroy();
      await database.drop();
    },
  };
}

function productSchema(compiled: boolean, model = loadModel()) {
  return {
    model,
    compiles: compiled,
    schema: createSchema(model),
    createContext: (request: Request) => createRequestContext(model, request),
  };
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly body: {
    readonly data?: Record<string, unknown> | null;
    readonly errors?: readonly { message: string; extensions: Record<string, unknown> }[];
    readonly extensions?: Record<string, unknown>;
    readonly [other: string]: unknown;
  };
}

/** Fetches, and reads the answer as JSON. */
export async function fetchJson(url: string, init: RequestInit = {}): Promise<Answer> {
  const response = await fetch(url, init);
  const text = await response.text();
  const body = (text === '' ? {} : JSON.parse(text)) as Answer['body'];
  return { status: response.status, headers: response.headers, text, body };
}

/** POSTs a query with the served database's key. */
export async function post(
  { url, key }: Pick<ServedDatabase, 'url' | 'key'>,
  query: string,
  headers: Record<string, string> = {},
): Promise<Answer> {
  return fetchJson(`${url}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(key !== '' && { authorization: `Bearer ${key}` }),
      ...headers,
    },
    body: JSON.stringify({ query }),
  });
}

/** Publishes an empty version, as a refresh would. */
export async function publishVersion({ knex }: TestDatabase): Promise<string> {
  const { rows } = await knex.raw<{ rows: { id: string }[] }>(
    `insert into refresh.data_versions
       (source_time, definition_hash, demonstration, full_rebuild, changed)
     values (now(), 'test', false, false, '{}') returning data_version_id as id`,
  );
  await knex.raw('select pg_notify(?, ?)', [PUBLISHED_CHANNEL, rows[0]?.id ?? '']);
  return rows[0]?.id ?? '';
}
