import type { ApolloServer } from '@apollo/server';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Knex } from 'knex';
import type { DataVersion, Request } from '../../resolvers/request/request';
import { ClearBins } from '../../access/bins/clearBins';
import { answerError } from '../../resolvers/request/errors';
import { emptyNotes, type AnswerContext, type AnswerNotes } from '../plugins/answerPlugin';
import { askApollo, setHead } from './askApollo';
import { entityTag, namesTag } from '../http/entityTag';
import { lastingHeaders } from '../known/lastingHeaders';
import { passedOn } from '../known/passedOn';
import type { Budgets } from '../budget/budgets';
import { giveBackCost } from '../budget/limitSpending';
import { shownVersion } from '../basis/dataVersion';
import { askedDocument, searchOf } from '../documents/askedDocument';
import { searchWithoutEmptyParts } from '../documents/emptyParts';
import { formRefusal } from '../documents/requestForm';
import type { TrustedDocuments } from '../documents/trustedDocuments';
import { breakOff, isLeft, LEFT } from '../basis/endedAnswers';
import { INTERNAL, internalFailure, type Failure } from '../basis/failure';
import type { ServerLedger } from '../record/ledger';
import { sendFailure } from '../http/httpErrors';
import { askedBySearch, BeyondExtent, extentRefusal } from '../limits/requestExtent';
import { ValueBudget } from '../../query/values/valueBudget';
import { acceptsOnlyEventStream, EVENT_STREAM, singleEvent } from '../live/eventStream';
import type { Live } from '../live/live';
import { streamSubscription } from '../live/streamSubscription';
import type { WatchCredential } from '../live/watchCredential';
import type { BrokenBecause } from '../metrics/metrics';
import { MAX_VALUES } from '../limits/requestLimits';
import { isRefusal } from '../basis/refusals';
import { sentences } from '../basis/sentences';
import { requestSnapshot } from '../connections/snapshot';
import type { TakeTurn } from '../turns/connectionTurns';
import { turnForRoutes } from './turnForRoutes';
import { searchPartOf } from '../basis/searchPart';

/** What differs between requests of the same server. */
export type OwnOfRequest = Pick<
  Request,
  'viewer' | 'requestId' | 'snapshot' | 'budget' | 'clearBins'
>;

export interface GraphqlRouteOptions {
  readonly apollo: ApolloServer<AnswerContext>;
  readonly database: Knex;
  readonly statementTimeout: number;
  /** The context of the resolvers, from what only this request has. */
  readonly createContext: (request: OwnOfRequest) => Request;
  readonly documents: TrustedDocuments;
  readonly budgets: Budgets;
  readonly ledger: ServerLedger;
  readonly countOperation: (outcome: string) => void;
  readonly live: Live;
  readonly takeTurn: TakeTurn;
  readonly watchCredential: WatchCredential;
  readonly countBroken: (why: BrokenBecause) => void;
}

/** `GET` and `POST /graphql`, behind the check of credentials. */
export function addGraphqlRoute(app: FastifyInstance, options: GraphqlRouteOptions): void {
  app.route({
    method: ['GET', 'POST'],
    url: '/graphql',
    exposeHeadRoute: false,
    handler: (request, reply) => answer(request, reply, options),
  });
}

async function answer(
  request: FastifyRequest,
  reply: FastifyReply,
  options: GraphqlRouteOptions,
): Promise<FastifyReply> {
  const refuse = (failure: Failure) => {
    options.countOperation(failure.code);
    return sendFailure(request, reply, 400, failure);
  };
  const searchParams = searchWithoutEmptyParts(searchPartOf(request.url));
  const given = request.method === 'GET' ? askedBySearch(searchParams) : request.body;
  if (given instanceof BeyondExtent) return refuse(given.failure);
  const document = askedDocument(given, request.viewer, options.documents);
  if (document.kind === 'refused') {
    const { status, failure } = document;
    options.countOperation(failure.code);
    if (isRefusal(failure.code)) {
      options.ledger.recordRefusal(request.viewer, request.id, failure.code);
    }
    return sendFailure(request, reply, status, failure);
  }
  const { asked } = document;
  const wrong = extentRefusal(asked) ?? formRefusal(asked);
  if (wrong) return refuse(wrong);
  const sendEvents = await streamSubscription(request, reply, asked, options.live);
  if (sendEvents) return sendEvents();
  const asEvent = acceptsOnlyEventStream(request);
  const notes = emptyNotes();
  const snapshot = requestSnapshot(options.database, options.statementTimeout, () =>
    turnForRoutes(request, options.takeTurn, notes.cost, () => {
      // Nothing is read before the turn, but an operation that changes something may have done so.
      if (!notes.changes) giveBackCost(options.budgets, context);
    }),
  );
  const asking = options.createContext({
    viewer: request.viewer,
    requestId: request.id,
    snapshot: snapshot.open,
    budget: new ValueBudget(MAX_VALUES),
    clearBins: new ClearBins(),
  });
  const context: AnswerContext = {
    ...asking,
    countLookup(viewer) {
      asking.countLookup(viewer);
      notes.lookups += 1;
    },
    notes,
    isOver: () => credentialEnded || isLeft(reply.raw),
  };
  const hangUp = () => {
    if (!reply.raw.writableFinished) void snapshot.abandon();
  };
  if (reply.raw.destroyed) hangUp();
  reply.raw.once('close', hangUp);
  let credentialEnded = false;
  watchAnswer(request, reply, options, () => {
    credentialEnded = !notes.changes;
    if (credentialEnded) void snapshot.abandon();
  });
  try {
    const isGet = request.method === 'GET';
    const search = document.kind === 'trusted' ? searchOf(document.asked) : `?${searchParams}`;
    const answered = await askApollo(options.apollo, request, async () => context, {
      search: isGet ? search : undefined,
      body: asked,
      accept: asEvent ? 'application/json' : undefined,
    });
    if (credentialEnded) return refuseEnded(request, reply, options);
    if (!options.ledger.recordAnswer(request.viewer, request.id, notes)) {
      throw answerError('UNAVAILABLE', sentences.ledgerGone);
    }
    request.clearBins = notes.clearBins;
    setHead(reply, answered);
    const { status, text } = answered;
    // Without an outcome the request did not get as far as GraphQL: it was refused, or a hook failed.
    const outcome = notes.outcome ?? (status < 500 ? 'BAD_REQUEST' : INTERNAL);
    options.countOperation(isLeft(reply.raw) ? LEFT.outcome : outcome);
    if (notes.outcome === undefined) {
      if (status >= 500) return sendFailure(request, reply, status, internalFailure);
      return send(request, reply, withDataVersion(text, request.server.newestVersion()), undefined);
    }
    if (asEvent && status === 200) {
      return reply.type(EVENT_STREAM).send(singleEvent(text));
    }
    const lasting = status === 200 && notes.lasting ? notes : undefined;
    const named = document.kind === 'trusted' && isGet && !searchParams.has('query');
    return send(request, reply, text, lasting, named);
  } finally {
    // An answer that is kept was told before.
    passedOn(request.raw)?.settle?.(undefined);
    reply.raw.off('close', hangUp);
    void snapshot.end();
  }
}

/** Where the credential ends, an answer that is being sent breaks off; one that is not yet is the caller's to end. */
function watchAnswer(
  { raw, id, viewer }: FastifyRequest,
  { raw: response }: FastifyReply,
  { watchCredential, ledger, countBroken }: GraphqlRouteOptions,
  endReading: () => void,
): void {
  if (!viewer) return;
  watchCredential({ request: raw, response, viewer }, () => {
    if (!response.headersSent) return endReading();
    ledger.recordRefusal(viewer, id, 'UNAUTHENTICATED');
    countBroken('credential_ended');
    breakOff(response);
  });
}

/** What was read for a credential that has ended meanwhile is not told. */
function refuseEnded(
  request: FastifyRequest,
  reply: FastifyReply,
  { ledger, countOperation }: GraphqlRouteOptions,
): FastifyReply {
  const code = 'UNAUTHENTICATED';
  countOperation(code);
  ledger.recordRefusal(request.viewer, request.id, code);
  reply.header('www-authenticate', 'Bearer');
  return sendFailure(request, reply, 401, { code, sentence: sentences.credentialEnded });
}

/** A refusal that GraphQL never saw names the data version too, as every answer does. */
function withDataVersion(body: string, version: DataVersion | null): string {
  if (!version) return body;
  const refusal = JSON.parse(body) as Record<string, unknown>;
  return `${JSON.stringify({ ...refusal, extensions: { dataVersion: shownVersion(version) } })}\n`;
}

/**
 * An answer that lasts bears a tag; one that the caller has already is not sent again. Without an error
 * it is told to who asked the same meanwhile, and kept. Where the request names a document that is trusted
 * and the answer shows nobody's BIN, shared caches may keep it as well.
 */
function send(
  request: FastifyRequest,
  reply: FastifyReply,
  body: string,
  lasting: AnswerNotes | undefined,
  named = false,
): FastifyReply {
  if (!lasting) return reply.send(body);
  const contentType = String(reply.getHeader('content-type'));
  const bytes = Buffer.from(body);
  const tag = entityTag(contentType, bytes);
  const { outcome, cost = 0, lookups, dataVersionId, clearBins, operation, document } = lasting;
  const shared = named && outcome === 'ok' && clearBins === 0 && lookups === 0;
  if (outcome === 'ok' && dataVersionId !== undefined) {
    const recorded = { lookups, clearBins, operation, document };
    const answer = { body: bytes, contentType, tag, cost, dataVersionId, shared, ...recorded };
    passedOn(request.raw)?.settle?.(answer);
  }
  reply.headers(lastingHeaders(tag, { shared }));
  if (request.method === 'GET' && namesTag(request.headers['if-none-match'], tag)) {
    return reply.removeHeader('content-type').code(304).send();
  }
  return reply.send(bytes);
}
