import { createServer as createHttpServer } from 'node:http';
import { join } from 'node:path';
import Fastify, { type FastifyInstance } from 'fastify';
import type { GraphQLSchema } from 'graphql';
import type { Knex } from 'knex';
import type { Logger } from 'pino';
import { rememberKeyHolders } from '../access/keyCache';
import { noteKeyUses } from '../access/keyUses';
import { recogniseTokens, type TokenRules } from '../access/tokens';
import type { Config } from '../config';
import { poolBeside } from '../database/connect';
import { openNotifications } from '../database/notifications';
import { requestRefresh } from '../database/refreshQueue';
import type { Model } from '../model/mart';
import { projectFolder } from '../projectFolder';
import type { Request } from '../resolvers/request';
import { Front, type FrontOptions, type Handler } from './answers/front';
import { CompiledAnswers } from './answers/compiledAnswers';
import { KnownAnswers } from './answers/knownAnswers';
import { sendingOfKnown } from './answers/sendKnown';
import { addAuthentication, recogniseBy } from './authentication';
import { addExplorerPage } from './explorerPage';
import { startApollo } from './graphql';
import { addGraphqlRoute, MOST_VALUES, type OwnOfRequest } from './graphqlRoute';
import { addHealthRoutes } from './healthRoutes';
import { addHttpErrors, answerNoHttp, sendBadRequest } from './httpErrors';
import { addJsonBodies } from './jsonBody';
import { createBudgets } from './budget/budgets';
import { addBudgets, budgetHeaders, spendOrThrow } from './budget/limitSpending';
import { shareBudgets } from './budget/shareBudgets';
import { addCrossOrigin } from './crossOrigin';
import { addSafeHeaders } from './safeHeaders';
import type { TrustedDocuments } from './documents/trustedDocuments';
import { addExportRoutes } from './export/exportRoute';
import { loggedError } from './failure';
import { openLedger } from './ledger';
import { Connections } from './live/connections';
import { Live } from './live/live';
import { Seats } from './live/seats';
import { OnlyWebSocketUpgrades } from './live/onlyWebSocketUpgrades';
import { feedRefreshProgress } from './live/refreshFeed';
import { readsNothing } from './live/readsNothing';
import { addWebSockets } from './live/webSocket';
import { addMetrics } from './metrics';
import { rememberNewestVersion, type NewestVersion } from './newestVersion';
import { readinessOf } from './readiness';
import { releaseFor } from './releaseRun';
import { addRequestLog } from './requestLog';
import { addRequestSpans } from './requestSpans';
import { isTraced } from '../tracing/spans';
import { tokenLog } from './tokenLog';
import { requestIdOf } from './requestId';
import { requestsUnderWay } from './requestsUnderWay';
import { endSilentConnections } from './silentConnections';

const BODY_LIMIT = 1024 * 1024;
/** How long a caller may take to send a request. */
const REQUEST_TIMEOUT = 30_000;
/** How long a connection may stay open between two requests: longer than those of most proxies. */
const KEEP_ALIVE_TIMEOUT = 72_000;
/** How long requests under way may go on once the server is asked to end. */
const CLOSE_PATIENCE = 6_000;

declare module 'fastify' {
  interface FastifyInstance {
    newestVersion: NewestVersion;
  }
}

/** Subscriptions at once. Each costs some kilobytes and no connection to the database. */
const SUBSCRIPTIONS = { ofOne: 20, ofAll: 1_000 };
/** How long the reader of an export may take for a piece of some 100 KB, in milliseconds. */
const READER_PATIENCE = 60_000;
/** Proxies end connections on which nothing was heard for a minute, or half of one. */
const KEEP_ALIVE = 12_000;

export interface ServerOptions {
  readonly config: Pick<
    Config,
    | 'HOST'
    | 'PORT'
    | 'MASK_BIN_FROM_YEAR'
    | 'MIN_GROUP_COMPANIES'
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
  /** The model of which the schema is; without it no query is compiled. */
  readonly model?: Model | undefined;
  /** What resolvers get, made from what the server knows of a request. */
  readonly createContext: (request: Request) => Request;
  readonly log: Logger;
  /** Milliseconds between signs of life on streams. */
  readonly keepAlive?: number;
  /** Milliseconds that the reader of an export may take for a piece. */
  readonly readerPatience?: number;
  /** Where the built explorer page is. */
  readonly explorerFolder?: string;
}

export interface Server {
  /** Takes requests from now on. */
  listen(): Promise<{ readonly url: string }>;
  /** Takes no more requests, and ends when those under way are answered. */
  close(): Promise<void>;
}

/** The whole API over HTTP: GraphQL, the explorer page, health and metrics. */
export async function createServer(options: ServerOptions): Promise<Server> {
  const { config, database, schema, createContext, log } = options;
  const statementTimeout = config.STATEMENT_TIMEOUT_MS;
  endSilentConnections(database);
  const exportPool = poolBeside(database, Math.max(1, config.EXPORT_CONNECTIONS));
  const { app, meetWith } = createApp();
  const underWay = requestsUnderWay(app.server);
  addSafeHeaders(app);
  if (isTraced()) addRequestSpans(app);
  addRequestLog(app, log);
  addCrossOrigin(app, config.CORS_ORIGINS);
  addHttpErrors(app, { statementTimeout, bodyLimit: BODY_LIMIT, log });
  const metrics = addMetrics(app, database);
  addHealthRoutes(app, readinessOf(database));
  addExplorerPage(app, options.explorerFolder ?? join(projectFolder, 'dist', 'explorer'));

  const ledger = openLedger({ database, bulkRows: config.LEDGER_BULK_ROWS, metrics, log });
  const budgets = createBudgets({
    requests: config.RATE_REQUESTS,
    cost: config.RATE_COST,
    lookups: config.RATE_LOOKUPS,
  });
  const shared = shareBudgets(database, budgets);
  const apollo = await startApollo({
    schema,
    statementTimeout,
    budgets,
    introspection: config.INTROSPECTION,
    log,
  });
  const notifications = openNotifications(database);
  const version = rememberNewestVersion(database, notifications);
  app.newestVersion = version.newest;
  const uses = noteKeyUses(database, (error) =>
    log.warn({ error: loggedError(error) }, 'the use of keys cannot be written'),
  );
  const keys = rememberKeyHolders(database, notifications, {
    roles: config.ROLES,
    onUse: uses.note,
  });
  const kinds = [keys.find];
  if (options.tokens) kinds.push(recogniseTokens({ rules: options.tokens, ...tokenLog(log) }));
  const recognise = recogniseBy(kinds);
  const connections = new Connections();
  keys.onChange(() => connections.recheck());
  const feed = feedRefreshProgress(database, notifications, SUBSCRIPTIONS);
  metrics.subscriptions(feed.count);
  const contextOf = (own: OwnOfRequest): Request =>
    createContext({
      ...own,
      maskBinFromYear: config.MASK_BIN_FROM_YEAR,
      minGroupCompanies: config.MIN_GROUP_COMPANIES,
      followRefresh: feed.follow,
      countLookup: (viewer) => spendOrThrow(budgets, viewer, 'lookups', 1),
      releaseHeldRun: releaseFor(database),
      enqueueRefresh: async (full) => ({
        jobId: await requestRefresh(database, { reason: 'request', full }),
      }),
    });
  const documents = options.documents ?? new Map();
  const live = new Live({
    documents,
    schema,
    kinds,
    connections,
    newestVersion: app.newestVersion,
    createContext: (viewer, requestId) => contextOf({ viewer, requestId, ...readsNothing }),
    countRequest: (viewer) => spendOrThrow(budgets, viewer, 'requests', 1),
    statementTimeout,
    keepAlive: options.keepAlive ?? KEEP_ALIVE,
    log,
  });
  const webSockets = addWebSockets(app.server, live, log);
  await app.register(async (guarded) => {
    addAuthentication(guarded, recognise, ledger);
    addBudgets(guarded, budgets, ledger);
    addGraphqlRoute(guarded, {
      apollo,
      database,
      statementTimeout,
      createContext: contextOf,
      live,
      documents,
      ledger,
      countOperation: metrics.countOperation,
    });
    if (!options.model) return;
    const most = config.EXPORT_CONNECTIONS;
    addExportRoutes(guarded, options.model, {
      pool: exportPool,
      schema,
      confirmedVersion: version.confirmed,
      maskBinFromYear: config.MASK_BIN_FROM_YEAR,
      statementTimeout,
      patience: { database: statementTimeout, reader: options.readerPatience ?? READER_PATIENCE },
      seats: new Seats({ ofOne: most, ofAll: most }),
      mostSeats: most,
      budgets,
      ledger,
      log,
    });
  });

  const bytes = config.ANSWER_CACHE_BYTES;
  // Who follows requests by spans sees each of them whole: by the routes, and not from memory.
  const quick = !isTraced();
  meetWith({
    recognise,
    confirmedVersion: version.confirmed,
    known: quick && bytes > 0 ? new KnownAnswers(bytes) : undefined,
    compiled:
      (quick || undefined) &&
      options.model &&
      new CompiledAnswers({
        schema,
        model: options.model,
        database,
        maskBinFromYear: config.MASK_BIN_FROM_YEAR,
        mostValues: MOST_VALUES,
      }),
    budgets,
    ledger,
    send: sendingOfKnown({
      origins: config.CORS_ORIGINS,
      budgetHeaders: budgetHeaders(budgets),
      metrics,
      log,
    }),
    metrics,
  });

  return {
    async listen() {
      return { url: await app.listen({ host: config.HOST, port: config.PORT }) };
    },
    async close() {
      const closed = app.close();
      webSockets.close();
      connections.endAll();
      await underWay.settled(CLOSE_PATIENCE);
      app.server.closeAllConnections();
      await closed;
      await apollo.stop();
      await exportPool.destroy();
      await shared.close();
      await ledger.close();
      await uses.close();
      await notifications.close();
    },
  };
}

/** No route has a schema: the compilers of such, which take a tenth of the start, are not loaded. */
const NO_SCHEMAS = {
  compilersFactory: { buildValidator: noCompiler, buildSerializer: noCompiler },
};

function noCompiler(): never {
  throw new Error('A route has a schema, and nothing that compiles it.');
}

/** The routes behind a front, which begins to answer when it is told with what. */
function createApp(): { app: FastifyInstance; meetWith(options: FrontOptions): void } {
  let front: Front | undefined;
  let routes: Handler = () => undefined;
  const app = Fastify({
    bodyLimit: BODY_LIMIT,
    serverFactory(handler) {
      routes = handler;
      const settings = {
        IncomingMessage: OnlyWebSocketUpgrades,
        requestTimeout: REQUEST_TIMEOUT,
        keepAliveTimeout: KEEP_ALIVE_TIMEOUT,
      };
      return createHttpServer(settings, (request, response) => {
        if (front) void front.meet(request, response);
        else handler(request, response);
      });
    },
    schemaController: NO_SCHEMAS,
    requestIdHeader: false,
    genReqId: ({ headers }) => requestIdOf(headers['x-request-id']),
    clientErrorHandler: answerNoHttp,
    frameworkErrors: (_, request, reply) => {
      sendBadRequest(request, reply);
    },
  });
  addJsonBodies(app);
  app.decorateRequest('viewer', null);
  app.decorateRequest('span', null);
  app.decorate('newestVersion', () => null);
  return {
    app,
    meetWith: (options) => {
      front = new Front(options, routes);
    },
  };
}
