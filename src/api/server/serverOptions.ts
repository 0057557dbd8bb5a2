import type { GraphQLSchema } from 'graphql';
import type { Knex } from 'knex';
import type { Logger } from 'pino';
import type { TokenRules } from '../access/tokens/tokens';
import type { Config } from '../../config/config';
import type { Model } from '../model/mart';
import type { Request } from '../resolvers/request/request';
import type { TrustedDocuments } from './documents/trustedDocuments';

export interface ServerOptions {
  readonly config: Pick<
    Config,
    | 'HOST'
    | 'PORT'
    | 'MASK_BIN_FROM_YEAR'
    | 'MASK_BIN_POLICY'
    | 'MIN_GROUP_COMPANIES'
    | 'CONNECTIONS_PER_KEY'
    | 'EXPORT_CONNECTIONS'
    | 'STATEMENT_TIMEOUT_MS'
    | 'CORS_ORIGINS'
    | 'RATE_REQUESTS'
    | 'RATE_COST'
    | 'RATE_LOOKUPS'
    | 'ANSWER_CACHE_BYTES'
    | 'LEDGER_BULK_ROWS'
    | 'INTROSPECTION'
    | 'ROLES'
  >;
  /** How tokens of an identity provider are read; none are where this is absent. */
  readonly tokens?: TokenRules | undefined;
  /** Documents that can be asked by name or hash. */
  readonly documents?: TrustedDocuments | undefined;
  /** A pool for this server; who made it ends it, after the server. */
  readonly database: Knex;
  readonly schema: GraphQLSchema;
  /** The model of which the schema is; without it no query is compiled, and nothing is known of what tables cost. */
  readonly model?: Model | undefined;
  /** False where the resolvers are to answer everything. */
  readonly compiles?: boolean;
  /** What resolvers get, made from what the server knows of a request. */
  readonly createContext: (request: Request) => Request;
  readonly log: Logger;
  /** Milliseconds between signs of life on streams. */
  readonly keepAlive?: number;
  /** Milliseconds that a caller may take to send a request. */
  readonly requestPatience?: number;
  /** Milliseconds that the reader of an export may take for a piece. */
  readonly readerPatience?: number;
  /** Where the built explorer page is. */
  readonly explorerFolder?: string;
}
