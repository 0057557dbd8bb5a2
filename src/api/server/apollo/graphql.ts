import { ApolloServer } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled';
import { InMemoryLRUCache } from '@apollo/utils.keyvaluecache';
import type { DocumentNode, GraphQLSchema } from 'graphql';
import type { Logger } from 'pino';
import { answerPlugin, type AnswerContext } from '../plugins/answerPlugin';
import type { Budgets } from '../budget/budgets';
import { budgetPlugin } from '../budget/limitSpending';
import { persistedQueries } from '../documents/persistedQueries';
import { failureOf, formatted } from '../basis/failure';
import { costPlugin } from '../cost/costPlugin';
import type { Pricing } from '../cost/price';
import type { IntrospectionRule } from '../basis/settings';
import { introspectionPlugin } from '../plugins/introspection';
import { MAX_COST } from '../limits/requestLimits';
import { documentLimits } from '../limits/documentLimits';
import { variablesPlugin } from '../plugins/variablesPlugin';
import { tracePlugin } from '../plugins/tracePlugin';

/** Of parsed documents, written as JSON; they take some four times as much. */
const DOCUMENT_BYTES = 8 * 1024 * 1024;

export interface GraphqlOptions {
  readonly schema: GraphQLSchema;
  readonly statementTimeout: number;
  readonly budgets: Budgets;
  readonly pricing: Pricing;
  readonly introspection: IntrospectionRule;
  readonly log: Logger;
}

/** Apollo without all that it would do beyond answering: no landing page, no reports, no signals. */
export async function startApollo({
  schema,
  statementTimeout,
  budgets,
  pricing,
  introspection,
  log,
}: GraphqlOptions): Promise<ApolloServer<AnswerContext>> {
  const apollo = new ApolloServer<AnswerContext>({
    schema,
    // Who may read the schema is for the plugin to say: it depends on who asks.
    introspection: true,
    persistedQueries: { cache: persistedQueries() },
    documentStore: new InMemoryLRUCache<DocumentNode>({ maxSize: DOCUMENT_BYTES }),
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    allowBatchedHttpRequests: false,
    // A browser sends neither header to another site without asking it first.
    csrfPrevention: { requestHeaders: ['authorization', 'x-api-key'] },
    ...documentLimits,
    formatError: (error, thrown) => formatted(error, failureOf(thrown, statementTimeout)),
    logger: {
      debug: (message) => log.debug(String(message)),
      info: (message) => log.info(String(message)),
      warn: (message) => log.warn(String(message)),
      error: (message) => log.error(String(message)),
    },
    plugins: [
      tracePlugin,
      answerPlugin({ log, statementTimeout }),
      introspectionPlugin(introspection),
      variablesPlugin(),
      costPlugin(pricing, MAX_COST),
      // After the plugin that knows the cost: hooks of one kind begin in this order.
      budgetPlugin(budgets),
      // By default it wraps every resolver, and runs a query twice that a resolver returns unawaited.
      ApolloServerPluginCacheControlDisabled(),
      ApolloServerPluginInlineTraceDisabled(),
      ApolloServerPluginLandingPageDisabled(),
      // Nothing of this warehouse goes to anybody's cloud, whatever the environment says.
      ApolloServerPluginSchemaReportingDisabled(),
      ApolloServerPluginUsageReportingDisabled(),
    ],
  });
  await apollo.start();
  return apollo;
}
