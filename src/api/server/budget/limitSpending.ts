import type { ApolloServerPlugin } from '@apollo/server';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { GraphQLError } from 'graphql';
import type { Viewer } from '../../access/viewer';
import { answerError } from '../../resolvers/request/errors';
import type { AnswerContext } from '../plugins/answerPlugin';
import { sendFailure } from '../http/httpErrors';
import type { ServerLedger } from '../record/ledger';
import { sentences } from '../basis/sentences';
import { KINDS, type Budgets, type Kind } from './budgets';

export type BudgetHeaders = (viewer: Viewer) => Readonly<Record<string, string>>;

/** What is left of a caller's budgets, as headers; none where no budget is set. */
export function budgetHeaders(budgets: Budgets): BudgetHeaders {
  const shown = KINDS.filter((kind) => kind !== 'lookups' && budgets.limits[kind] > 0);
  if (shown.length === 0) return () => ({});
  const policy = shown.map((kind) => `"${kind}";q=${budgets.limits[kind]};w=60`).join(', ');
  return ({ keyId }) => {
    const seconds = budgets.secondsLeft();
    const left = budgets.left(keyId);
    let told = '';
    for (const kind of shown) told += `${told && ', '}"${kind}";r=${left[kind]};t=${seconds}`;
    return { 'ratelimit-policy': policy, ratelimit: told };
  };
}

/** Refuses requests beyond a caller's budget before their bodies are read, and says what is left. */
export function addBudgets(
  app: FastifyInstance,
  budgets: Budgets,
  ledger: ServerLedger,
  send = sendFailure,
): void {
  const shown = KINDS.filter((kind) => kind !== 'lookups' && budgets.limits[kind] > 0);
  if (shown.length === 0) return;
  const headersOf = budgetHeaders(budgets);
  app.addHook('onRequest', async (request, reply) => {
    if (!request.viewer) return;
    const lacking = budgets.spend(request.viewer.keyId, { requests: 1 });
    if (!lacking) return;
    ledger.recordRefusal(request.viewer, request.id, 'RATE_LIMITED');
    const sentence = sentences.spent(lacking, budgets.limits[lacking], budgets.secondsLeft());
    return send(request, reply, 429, { code: 'RATE_LIMITED', sentence });
  });
  // When it is sent, the request's own cost has been taken too.
  app.addHook('onSend', async ({ viewer }, reply) => {
    if (!viewer) return;
    reply.headers(headersOf(viewer));
    tellWhenToComeBack(reply, budgets.secondsLeft());
  });
}

/** By the budget, unless something else was in the way, which has told so. */
function tellWhenToComeBack(reply: FastifyReply, seconds: number): void {
  if (reply.statusCode !== 429 || reply.hasHeader('retry-after')) return;
  reply.header('retry-after', String(seconds));
}

/** Takes what an operation could cost, once it is known, and refuses it before anything is read. */
export function budgetPlugin(budgets: Budgets): ApolloServerPlugin<AnswerContext> {
  return {
    async requestDidStart() {
      return {
        async didResolveOperation({ contextValue: { viewer, notes } }) {
          if (!viewer || notes.cost === undefined) return;
          spendOrThrow(budgets, viewer, 'cost', notes.cost);
          notes.paid = { cost: notes.cost, minute: budgets.minute() };
        },
      };
    },
  };
}

/** What an operation has paid does not stay paid where nothing was read for it. */
export function giveBackCost(budgets: Budgets, { viewer, notes }: AnswerContext): void {
  const { paid } = notes;
  delete notes.paid;
  if (viewer && paid) budgets.giveBack(viewer.keyId, { cost: paid.cost }, paid.minute);
}

/** Throws RATE_LIMITED where the caller has not so much left. */
export function spendOrThrow(budgets: Budgets, viewer: Viewer, kind: Kind, amount: number): void {
  if (!budgets.spend(viewer.keyId, { [kind]: amount })) return;
  const sentence = sentences.spent(kind, budgets.limits[kind], budgets.secondsLeft());
  throw withStatus(answerError('RATE_LIMITED', sentence), 429);
}

function withStatus(error: GraphQLError, status: number): GraphQLError {
  return new GraphQLError(error.message, { extensions: { ...error.extensions, http: { status } } });
}
