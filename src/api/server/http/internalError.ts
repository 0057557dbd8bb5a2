import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Logger } from 'pino';
import { breakOff, isLeft } from '../basis/endedAnswers';
import { errorBody, internalFailure, loggedError } from '../basis/failure';
import { requestIdOf } from './requestId';
import { SAFE_HEADERS } from './safeHeaders';

export type SendInternalError = (
  request: IncomingMessage,
  response: ServerResponse,
  error: unknown,
) => void;

/** Answers a request that failed outside the routes, and logs why. Where an answer has begun it is broken off. */
export function sendingInternalErrors(log: Logger): SendInternalError {
  return ({ headers }, response, error) => {
    if (isLeft(response)) return;
    const requestId = requestIdOf(headers['x-request-id']);
    log.error({ requestId, error: loggedError(error) }, 'internal error');
    if (response.headersSent) return breakOff(response);
    response.writeHead(500, {
      ...SAFE_HEADERS,
      'cache-control': 'no-store',
      'content-type': 'application/json; charset=utf-8',
      'x-request-id': requestId,
    });
    response.end(errorBody(internalFailure, { requestId }));
  };
}
