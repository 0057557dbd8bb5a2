import type { Logger } from 'pino';
import { binMaskOf, isSameMask, maskText } from '../api/access/bins/binMask';
import type { Config } from '../config/config';
import { connect } from '../ground/database/connecting/connect';
import { maskOfViews } from '../ground/database/accounts/maskedViews';
import { loadModel } from '../api/model/read/loadModel';
import { checkModelAgainstDatabase } from '../api/query/checkModelAgainstDatabase';
import { createRequestContext } from '../api/resolvers/request/context';
import { createSchema } from '../api/resolvers/schema';
import { readTrustedDocuments } from '../api/server/documents/trustedDocuments';
import { tokenRulesOf } from '../api/server/callers/tokenRules';
import { createServer, type Server } from '../api/server/createServer';
import { POOL_PATIENCE } from '../api/server/basis/deadline';
import { leaveRoomForGarbage } from '../api/server/connections/roomForGarbage';
import { isTraced } from '../ground/tracing/spans';
import { traceStatements } from '../ground/tracing/traceStatements';
import { explainListening } from './preparing/listenAddress';

export interface ServeOptions {
  readonly config: Config;
  readonly databaseUrl: string;
  readonly log: Logger;
}

/** `techorda serve`: the API alone, on a pool of its own. It listens when this returns. */
export async function serve({
  config,
  databaseUrl,
  log,
}: ServeOptions): Promise<{ readonly url: string; close(): Promise<void> }> {
  leaveRoomForGarbage();
  const model = loadModel();
  const schema = createSchema(model);
  const database = connect(databaseUrl, {
    poolSize: config.DATABASE_POOL_SIZE,
    applicationName: 'techorda api',
    statementTimeout: config.STATEMENT_TIMEOUT_MS,
    acquireTimeout: POOL_PATIENCE,
    onTrouble: (message) => log.warn(message),
  });
  if (isTraced()) traceStatements(database);
  let server: Server | undefined;
  const close = async () => {
    await server?.close();
    await database.destroy();
  };
  try {
    // What the model says and what the tables hold must not contradict each other, or nothing is served.
    await checkModelAgainstDatabase(database, model);
    const mask = binMaskOf(config);
    const ofViews = await maskOfViews(database);
    if (ofViews && !isSameMask(ofViews, mask)) log.warn({ views: ofViews, api: mask }, OTHER_MASK);
    server = await createServer({
      config,
      tokens: tokenRulesOf(config),
      documents:
        config.TRUSTED_DOCUMENTS === undefined
          ? undefined
          : readTrustedDocuments(config.TRUSTED_DOCUMENTS, schema),
      database,
      schema,
      model,
      createContext: (request) => createRequestContext(model, request),
      log,
    });
    const { url } = await server.listen().catch(async (error: unknown) => {
      throw await explainListening(config, error);
    });
    log.info({ url }, 'the API listens');
    log.info(
      { fromYear: mask.fromYear, policy: mask.policy },
      `callers without bin:read see BINs ${maskText(mask)} as pseudonyms`,
    );
    if (!isLoopback(config.HOST)) log.warn({ host: config.HOST }, BEYOND_LOOPBACK);
    return { url, close };
  } catch (error) {
    await close();
    throw error;
  }
}

const OTHER_MASK =
  'the views of gold_masked mask other BINs than this API: run techorda migrate with the same MASK_BIN_FROM_YEAR and MASK_BIN_POLICY';
const BEYOND_LOOPBACK =
  'HOST is an address that other machines reach, and this server speaks no TLS: put a proxy with TLS in front, or keys can be read on the way';

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}
