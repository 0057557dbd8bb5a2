import { HeaderMap, type ApolloServer, type BaseContext, type ContextThunk } from '@apollo/server';
import type { FastifyReply, FastifyRequest } from 'fastify';

/** What Apollo answers; nothing of it is sent yet. */
export interface ApolloAnswer {
  readonly status: number;
  readonly headers: HeaderMap;
  readonly text: string;
}

/** What stands in the place of what the request itself says. */
export interface InPlace {
  readonly search?: string | undefined;
  readonly body?: unknown;
  readonly accept?: string | undefined;
}

/** Asks Apollo what a request of fastify's asks. Rejects where Apollo would answer in parts. */
export async function askApollo<Context extends BaseContext>(
  apollo: ApolloServer<Context>,
  request: FastifyRequest,
  context: ContextThunk<Context>,
  inPlace: InPlace = {},
): Promise<ApolloAnswer> {
  const { method } = request;
  const { status, headers, body } = await apollo.executeHTTPGraphQLRequest({
    httpGraphQLRequest: {
      method,
      headers: headersOf(request, inPlace.accept),
      search: inPlace.search ?? searchOf(request),
      // What a GET has for a body has no meaning.
      body: method === 'GET' ? undefined : (inPlace.body ?? request.body),
    },
    context,
  });
  if (body.kind !== 'complete') throw new Error('An answer in parts was not asked for.');
  return { status: status ?? 200, headers, text: body.string };
}

/** Puts on the reply what goes before the text. */
export function setHead(reply: FastifyReply, { status, headers }: ApolloAnswer): void {
  for (const [name, value] of headers) reply.header(name, value);
  reply.code(status);
}

function searchOf({ url }: FastifyRequest): string {
  return new URL(url, 'http://localhost').search;
}

function headersOf({ headers }: FastifyRequest, accept: string | undefined): HeaderMap {
  const map = new HeaderMap();
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) map.set(name, Array.isArray(value) ? value.join(', ') : value);
  }
  if (accept !== undefined) map.set('accept', accept);
  return map;
}
