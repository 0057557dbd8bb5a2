import { HeaderMap, type ApolloServer } from '@apollo/server';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Knex } from 'knex';
import type { DataVersion, Request } from '../resolvers/request';
import type { AnswerContext, AnswerNotes } from './answerPlugin';
import { entityTag, namesTag } from './entityTag';
import { shownVersion } from './dataVersion';
import { INTERNAL, internalFailure } from './failure';
import { sendFailure } from './httpErrors';
import { askedBySearch, nestingRefusal } from './limits/requestNesting';
import { ValueBudget } from '../query/valueBudget';
import { requestSnapshot, type RequestSnapshot } from './snapshot';

/** As many make an answer of some 50 MB; a page of 1,000 rows of 20 fields has 20,000. */
const MOST_VALUES = 500_000;

export interface GraphqlRouteOptions {
  readonly apollo: ApolloServer<AnswerContext>;
  readonly database: Knex;
  readonly maskBinFromYear: number;
  readonly statementTimeout: number;
  /** Adds what the resolvers need beside the request. */
  readonly createContext: (request: Request) => Request;
  readonly enqueueRefresh: (full: boolean) => Promise<{ readonly jobId: string }>;
  readonly countOperation: (outcome: string) => void;
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
  const { search, searchParams } = new URL(request.url, 'http://localhost');
  const tooDeep = nestingRefusal(
    request.method === 'GET' ? askedBySearch(searchParams) : request.body,
  );
  if (tooDeep) {
    options.countOperation(tooDeep.code);
    return sendFailure(request, reply, 400, tooDeep);
  }
  const snapshot = requestSnapshot(options.database, options.statementTimeout);
  const notes: AnswerNotes = { outcome: undefined, lasting: false };
  const context = contextOf(request, snapshot, notes, options);
  const hangUp = () => {
    if (!reply.raw.writableFinished) void snapshot.abandon();
  };
  reply.raw.once('close', hangUp);
  try {
    const {
      status = 200,
      headers,
      body,
    } = await options.apollo.executeHTTPGraphQLRequest({
      httpGraphQLRequest: {
        method: request.method,
        headers: headersOf(request),
        search,
        body: request.body,
      },
      context: async () => context,
    });
    if (body.kind !== 'complete') throw new Error('An answer in parts was not asked for.');
    for (const [name, value] of headers) reply.header(name, value);
    reply.code(status);
    // Without an outcome the request did not get as far as GraphQL: it was refused, or a hook failed.
    options.countOperation(notes.outcome ?? (status < 500 ? 'BAD_REQUEST' : INTERNAL));
    if (notes.outcome === undefined) {
      if (status >= 500) return sendFailure(request, reply, status, internalFailure);
      return send(
        request,
        reply,
        withDataVersion(body.string, request.server.newestVersion()),
        false,
      );
    }
    return send(request, reply, body.string, status === 200 && notes.lasting);
  } finally {
    reply.raw.off('close', hangUp);
    void snapshot.end();
  }
}

function contextOf(
  { id, viewer }: FastifyRequest,
  snapshot: RequestSnapshot,
  notes: AnswerNotes,
  { maskBinFromYear, createContext, enqueueRefresh }: GraphqlRouteOptions,
): AnswerContext {
  const context = createContext({
    viewer,
    maskBinFromYear,
    snapshot: snapshot.open,
    enqueueRefresh,
    requestId: id,
    budget: new ValueBudget(MOST_VALUES),
  });
  return { ...context, notes };
}

/** A refusal that GraphQL never saw names the data version too, as every answer does. */
function withDataVersion(body: string, version: DataVersion | null): string {
  if (!version) return body;
  const refusal = JSON.parse(body) as Record<string, unknown>;
  return `${JSON.stringify({ ...refusal, extensions: { dataVersion: shownVersion(version) } })}\n`;
}

/** An answer that lasts bears a tag; one that the caller has already is not sent again. */
function send(
  request: FastifyRequest,
  reply: FastifyReply,
  body: string,
  lasting: boolean,
): FastifyReply {
  // Answers differ by who asks: no cache but the caller's own may keep them, and it must ask again.
  if (!lasting) return reply.header('cache-control', 'no-store').send(body);
  const tag = entityTag(String(reply.getHeader('content-type')), body);
  reply.header('etag', tag).header('cache-control', 'private, no-cache');
  reply.header('vary', 'Accept, Authorization, X-Api-Key');
  if (request.method === 'GET' && namesTag(request.headers['if-none-match'], tag)) {
    return reply.removeHeader('content-type').code(304).send();
  }
  return reply.send(body);
}

function headersOf({ headers }: FastifyRequest): HeaderMap {
  const map = new HeaderMap();
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) map.set(name, Array.isArray(value) ? value.join(', ') : value);
  }
  return map;
}
