import type { GraphQLSchema } from 'graphql';
import type { Knex } from 'knex';
import type { Logger } from 'pino';
import type { TokenRules } from '../access/tokens/tokens';
import type { Model } from '../model/mart';
import type { Request } from '../resolvers/request/request';
import type { ServerSettings } from './basis/settings';
import type { TrustedDocuments } from './documents/trustedDocuments';

export interface ServerOptions {
  readonly config: ServerSettings;
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
