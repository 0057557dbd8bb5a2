import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { isLeft } from '../basis/endedAnswers';
import { errorBody, failureOf, INTERNAL, loggedError, type Failure } from '../basis/failure';
import { UnreadableBody } from './jsonBody';
import { requestIdOf } from './requestId';
import { sentences } from '../basis/sentences';

const JSON_TYPE = 'application/json; charset=utf-8';
const GRAPHQL_TYPE = 'application/graphql-response+json; charset=utf-8';

/** What it is told as: JSON for whoever takes it, and the type of GraphQL's own for who takes that alone. */
function typeFor({ headers: { accept = '' } }: FastifyRequest): string {
  const takesJson = /\*\/\*|application\/(\*|json)/i.test(accept);
  return !takesJson && /application\/graphql-response\+json/i.test(accept)
    ? GRAPHQL_TYPE
    : JSON_TYPE;
}

/** Sends an error in the form in which GraphQL gives errors. */
export function sendFailure(
  request: FastifyRequest,
  reply: FastifyReply,
  status: number,
  failure: Failure,
): FastifyReply {
  if (status === 503) reply.header('retry-after', '2');
  return reply
    .code(status)
    .header('cache-control', 'no-store')
    .type(typeFor(request))
    .send(
      errorBody(failure, {
        requestId: failure.code === INTERNAL ? request.id : undefined,
        dataVersion: request.viewer ? request.server.newestVersion() : null,
      }),
    );
}

export function sendBadRequest(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  reply.header('x-request-id', request.id);
  return sendFailure(request, reply, 400, badRequest(sentences.badRequest));
}

interface HttpErrorsOptions {
  readonly statementTimeout: number;
  readonly bodyLimit: number;
  readonly log: Logger;
}

/** Turns every way in which a request can fail outside GraphQL into JSON that says so. */
export function addHttpErrors(app: FastifyInstance, options: HttpErrorsOptions): void {
  app.setErrorHandler((error: FastifyError, request, reply) => {
    const refused = refusalOf(error, options.bodyLimit);
    if (refused) {
      // Tells what would be taken, as 415 should.
      if (refused.status === 415) reply.header('accept-encoding', 'identity');
      return sendFailure(request, reply, refused.status, badRequest(refused.sentence));
    }
    const failure = failureOf(error, options.statementTimeout);
    const expected = failure.code !== INTERNAL;
    if (isLeft(reply.raw)) return sendFailure(request, reply, expected ? 503 : 500, failure);
    options.log[expected ? 'warn' : 'error'](
      { requestId: request.id, error: loggedError(error) },
      expected ? 'unavailable' : 'internal error',
    );
    return sendFailure(request, reply, expected ? 503 : 500, failure);
  });

  app.setNotFoundHandler((request, reply) => {
    const path = request.url.split('?')[0] ?? '';
    const allowed = PLAIN_PATH.test(path)
      ? app.supportedMethods.filter((method) => app.hasRoute({ method, url: path }))
      : [];
    if (allowed.length === 0) {
      const sentence = sentences.noSuchPath(path.slice(0, 200));
      return sendFailure(request, reply, 404, { code: 'NOT_FOUND', sentence });
    }
    reply.header('allow', allowed.join(', '));
    const sentence = sentences.wrongMethod(request.method, path, allowed);
    return sendFailure(request, reply, 405, badRequest(sentence));
  });
}

/** As all of our routes are. The router reads any other as a pattern, and throws where it is a wrong one. */
const PLAIN_PATH = /^[\w./~-]*$/;

const badRequest = (sentence: string): Failure => ({ code: 'BAD_REQUEST', sentence });

/** What is refused because of the caller, before any handler of ours. */
function refusalOf(
  error: FastifyError,
  bodyLimit: number,
): { status: number; sentence: string } | undefined {
  if (error instanceof UnreadableBody) return { status: error.status, sentence: error.message };
  const { statusCode = 500, code = '' } = error;
  if (statusCode < 400 || statusCode >= 500) return undefined;
  if (statusCode === 413) return { status: 413, sentence: sentences.bodyTooLarge(bodyLimit) };
  if (statusCode === 415) return { status: 415, sentence: sentences.bodyOfOtherType };
  const ofBody = code.startsWith('FST_ERR_CTP_');
  return { status: statusCode, sentence: ofBody ? sentences.bodyNotJson : sentences.badRequest };
}

/** Answers of the parser of HTTP that are not simply 400. */
const PARSER_STATUS: Readonly<Record<string, number>> = {
  HPE_HEADER_OVERFLOW: 431,
  ERR_HTTP_REQUEST_TIMEOUT: 408,
};

/** What is not even HTTP has no request to answer to: its answer is written on the socket. */
export function answerNoHttp(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
  refuseSocket(socket, PARSER_STATUS[error.code ?? ''] ?? 400, sentences.badRequest);
}

/** How long whoever was refused may take to close its side, in milliseconds: without it, for ever. */
const CLOSING_PATIENCE = 2_000;

/** Answers on a socket that has left HTTP, or never came to it, and closes it. */
export function refuseSocket(socket: Duplex, status: number, sentence: string): void {
  const codes: Readonly<Record<number, string>> = { 404: 'NOT_FOUND', 503: 'UNAVAILABLE' };
  const body = errorBody({ code: codes[status] ?? 'BAD_REQUEST', sentence });
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
    `content-type: ${JSON_TYPE}`,
    `content-length: ${Buffer.byteLength(body)}`,
    `x-request-id: ${requestIdOf(undefined)}`,
    'connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
  // What is still on its way is thrown away: unread it would keep the caller from the answer.
  socket.resume();
  const late = setTimeout(() => socket.destroy(), CLOSING_PATIENCE).unref();
  socket.once('close', () => clearTimeout(late));
}
