import { join } from 'node:path';
import type { FastifyRequest } from 'fastify';
import { poolBeside } from '../../ground/database/connecting/connect';
import { openNotifications } from '../../ground/database/connecting/notifications';
import { requestRefresh } from '../../ground/database/queue/refreshQueue';
import { projectFolder } from '../../ground/projectFolder';
import type { Request } from '../resolvers/request/request';
import { CompiledAnswers } from './answers/compiledAnswers';
import { KnownAnswers } from './answers/knownAnswers';
import { sendingOfKnown } from './answers/sendKnown';
import { addAuthentication, recogniseBy } from './callers/authentication';
import { rememberCallers } from './callers/callers';
import { createApp } from './createApp';
import { MAX_BODY_BYTES, MAX_VALUES } from './limits/requestLimits';
import { addExplorerPage } from './http/explorerPage';
import { startApollo } from './apollo/graphql';
import { addGraphqlRoute, type OwnOfRequest } from './apollo/graphqlRoute';
import { addHealthRoutes } from './http/healthRoutes';
import { loggedError } from './basis/failure';
import { boundBodies } from './http/boundBodies';
import { addHttpErrors } from './http/httpErrors';
import { sendingInternalErrors } from './http/internalError';
import { binMaskOf } from '../access/bins/binMask';
import { createBudgets } from './budget/budgets';
import { addBudgets, budgetHeaders, spendOrThrow } from './budget/limitSpending';
import { shareBudgets } from './budget/shareBudgets';
import { BodiesUnderWay } from './limits/bodiesUnderWay';
import { Pricing } from './cost/price';
import { KnownTableSizes } from './cost/tableSizes';
import { addCrossOrigin } from './http/crossOrigin';
import { addSafeHeaders } from './http/safeHeaders';
import { addExportRoutes } from './export/exportRoute';
import { shownBy } from './odata/credential';
import { sendOdataFailure } from './odata/odataFailure';
import { addOdataRoutes, CHALLENGE } from './odata/odataRoute';
import { keyChangesOn } from './callers/keyChanges';
import { openLedger } from './record/ledger';
import { Connections } from './live/connections';
import { Live } from './live/live';
import { Seats } from './live/seats';
import { feedRefreshProgress } from './live/refreshFeed';
import { readsNothing } from './live/readsNothing';
import { watchingCredentials } from './live/watchCredential';
import { addWebSockets } from './live/webSocket';
import { addMetrics } from './metrics/metrics';
import { rememberNewestVersion } from './versions/newestVersion';
import { paced } from '../../ground/database/queue/paced';
import { readinessOf } from './versions/readiness';
import { releaseFor } from './versions/releaseRun';
import { addRequestLog } from './log/requestLog';
import { addRequestSpans } from './log/requestSpans';
import { isTraced } from '../../ground/tracing/spans';
import { requestsUnderWay } from './connections/requestsUnderWay';
import type { ServerOptions } from './serverOptions';
import { endSilentConnections } from './connections/silentConnections';
import { fewStrangers } from './live/strangerConnections';
import { turnsOf } from './turns/connectionTurns';

/** How long requests under way may go on once the server is asked to end. */
const CLOSE_PATIENCE = 6_000;

/** Subscriptions at once. Each costs some kilobytes and no connection to the database. */
const SUBSCRIPTIONS = { ofOne: 20, ofAll: 1_000 };
/** How long the reader of an export may take for a piece of some 100 KB, in milliseconds. */
const READER_PATIENCE = 60_000;
/** However often somebody says that keys were changed, all streams are looked at no more often, in milliseconds. */
const BETWEEN_RECHECKS = 100;
/** Proxies end connections on which nothing was heard for a minute, or half of one. */
const KEEP_ALIVE = 12_000;

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
  const binMask = binMaskOf(config);
  endSilentConnections(database);
  const exportPool = poolBeside(database, Math.max(1, config.EXPORT_CONNECTIONS));
  const { app, meetWith } = createApp(options.requestPatience);
  const underWay = requestsUnderWay(app.server);
  addSafeHeaders(app);
  if (isTraced()) addRequestSpans(app);
  addRequestLog(app, log);
  addCrossOrigin(app, config.CORS_ORIGINS);
  addHttpErrors(app, { statementTimeout, bodyLimit: MAX_BODY_BYTES, log });
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
  const notifications = openNotifications(database, (error) =>
    log.error({ error: loggedError(error) }, 'a listener failed'),
  );
  const tableSizes = new KnownTableSizes(database, options.model);
  const pricing = new Pricing({
    schema,
    model: options.model,
    sizes: tableSizes.of,
    edition: tableSizes.edition,
    withholds: config.MIN_GROUP_COMPANIES > 0,
  });
  const apollo = await startApollo({
    schema,
    statementTimeout,
    budgets,
    pricing,
    introspection: config.INTROSPECTION,
    log,
  });
  const bytes = config.ANSWER_CACHE_BYTES;
  // Who follows requests by spans sees each of them whole: by the routes, and not from memory.
  const quick = !isTraced();
  const known = quick && bytes > 0 ? new KnownAnswers(bytes) : undefined;
  const version = rememberNewestVersion(database, notifications, ({ id }) => {
    known?.turnTo(id);
    void tableSizes.lookAnew();
  });
  app.newestVersion = version.newest;
  const callers = rememberCallers(database, notifications, {
    roles: config.ROLES,
    tokens: options.tokens,
    log,
  });
  const recognise = fewStrangers(app.server, recogniseBy(callers.kinds));
  const connections = new Connections();
  const recheck = paced(
    () => connections.recheck(),
    BETWEEN_RECHECKS,
    () => undefined,
  );
  callers.onChange(recheck);
  const watchCredential = watchingCredentials(connections, recognise);
  const feed = feedRefreshProgress(database, notifications, SUBSCRIPTIONS);
  metrics.subscriptions(feed.count);
  const contextOf = (own: OwnOfRequest): Request =>
    createContext({
      ...own,
      binMask,
      minGroupCompanies: config.MIN_GROUP_COMPANIES,
      followRefresh: feed.follow,
      countLookup: (viewer) => spendOrThrow(budgets, viewer, 'lookups', 1),
      releaseHeldRun: releaseFor(database),
      keyChanges: keyChangesOn(database, config.ROLES),
      enqueueRefresh: async (full) => ({
        jobId: await requestRefresh(database, { reason: 'request', full }),
      }),
    });
  const takeTurn = turnsOf(database, config.CONNECTIONS_PER_KEY);
  const bodiesUnderWay = new BodiesUnderWay();
  const documents = options.documents ?? new Map();
  const live = new Live({
    documents,
    schema,
    kinds: callers.kinds,
    connections,
    newestVersion: app.newestVersion,
    createContext: (viewer, requestId) => contextOf({ viewer, requestId, ...readsNothing }),
    countRequest: (viewer) => spendOrThrow(budgets, viewer, 'requests', 1),
    ledger,
    statementTimeout,
    keepAlive: options.keepAlive ?? KEEP_ALIVE,
    log,
  });
  const webSockets = addWebSockets(app.server, live, log);
  await app.register(async (guarded) => {
    addAuthentication(guarded, recognise, ledger);
    addBudgets(guarded, budgets, ledger);
    boundBodies(guarded, bodiesUnderWay, ledger);
    addGraphqlRoute(guarded, {
      apollo,
      database,
      statementTimeout,
      createContext: contextOf,
      live,
      takeTurn,
      documents,
      budgets,
      ledger,
      countOperation: metrics.countOperation,
      countBroken: metrics.countBroken,
      watchCredential,
    });
    if (!options.model) return;
    const most = config.EXPORT_CONNECTIONS;
    addExportRoutes(guarded, options.model, {
      pool: exportPool,
      schema,
      confirmedVersion: version.confirmed,
      binMask,
      statementTimeout,
      patience: { database: statementTimeout, reader: options.readerPatience ?? READER_PATIENCE },
      sizes: tableSizes.of,
      // Of two or more one is left to others.
      seats: new Seats({ ofOne: Math.max(1, most - 1), ofAll: most }),
      watchCredential,
      countBroken: metrics.countBroken,
      budgets,
      ledger,
      introspection: config.INTROSPECTION,
      log,
    });
  });

  await app.register(async (guarded) => {
    if (!options.model) return;
    const manners = {
      shownIn: (request: FastifyRequest) => shownBy(request, config.ODATA_KEY_IN_URL),
      challenge: CHALLENGE,
      sendFailure: sendOdataFailure,
    };
    addAuthentication(guarded, recognise, ledger, manners);
    addBudgets(guarded, budgets, ledger, sendOdataFailure);
    addOdataRoutes(guarded, options.model, {
      database,
      schema,
      statementTimeout,
      binMask,
      minGroupCompanies: config.MIN_GROUP_COMPANIES,
      sizes: tableSizes.of,
      pricing,
      budgets,
      ledger,
      takeTurn,
      watchCredential,
      countBroken: metrics.countBroken,
      introspection: config.INTROSPECTION,
      publicUrl: config.PUBLIC_URL,
      keyInUrl: config.ODATA_KEY_IN_URL,
      log,
    });
  });

  meetWith({
    recognise,
    confirmedVersion: version.confirmed,
    known,
    compiled:
      ((quick && options.compiles !== false) || undefined) &&
      options.model &&
      new CompiledAnswers({
        schema,
        model: options.model,
        database,
        binMask,
        pricing,
        maxValues: MAX_VALUES,
      }),
    budgets,
    takeTurn,
    watchCredential,
    ledger,
    send: sendingOfKnown({
      watchCredential,
      ledger,
      origins: config.CORS_ORIGINS,
      budgetHeaders: budgetHeaders(budgets),
      metrics,
      log,
    }),
    metrics,
    bodiesUnderWay,
    sendInternalError: sendingInternalErrors(log),
  });

  return {
    async listen() {
      await tableSizes.lookAnew();
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
      await callers.close();
      await notifications.close();
    },
  };
}
