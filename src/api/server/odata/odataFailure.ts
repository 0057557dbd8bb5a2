import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Refused, RefusedStatus } from '../../odata/refused';
import { INTERNAL, type Failure } from '../basis/failure';

const CODES: Readonly<Record<RefusedStatus, string>> = {
  400: 'BAD_USER_INPUT',
  404: 'NOT_FOUND',
  406: 'NOT_ACCEPTABLE',
  410: 'GONE',
  501: 'NOT_IMPLEMENTED',
};

export function failureOfRefused({ status, message }: Refused): Failure {
  return { code: CODES[status], sentence: message };
}

/** A path that cannot be decoded, which no route gets to see. */
export function sendUnreadablePath(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  reply.header('x-request-id', request.id);
  const sentence = 'The path has a % that begins no UTF-8; expected %25 for the sign itself.';
  return sendOdataFailure(request, reply, 400, { code: CODES[400], sentence }, 'path');
}

/** Sends an error in the form in which OData gives errors. */
export function sendOdataFailure(
  request: FastifyRequest,
  reply: FastifyReply,
  status: number,
  { code, sentence }: Failure,
  target?: string,
): FastifyReply {
  if (status === 503) reply.header('retry-after', '2');
  const error = {
    code,
    message: sentence,
    ...(target !== undefined && { target }),
    ...(code === INTERNAL && { innererror: { requestId: request.id } }),
  };
  return reply
    .code(status)
    .header('cache-control', 'no-store')
    .header('odata-version', '4.0')
    .type('application/json;odata.metadata=minimal;charset=utf-8')
    .send(`${JSON.stringify({ error })}\n`);
}
