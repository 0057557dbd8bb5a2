import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { isLeft } from '../basis/endedAnswers';
import { INTERNAL, loggedError, type Failure } from '../basis/failure';
import { isRefusal } from '../basis/refusals';
import type { IntrospectionRule } from '../basis/settings';
import { mayIntrospect, withoutNames } from '../plugins/introspection';
import type { ServerLedger } from '../record/ledger';

/** The statuses by which a door that is not GraphQL tells of failures. */
export const STATUS: Readonly<Record<string, number>> = {
  BAD_USER_INPUT: 400,
  BAD_REQUEST: 400,
  NOT_FOUND: 404,
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  RATE_LIMITED: 429,
  UNAVAILABLE: 503,
};

export interface FailureOptions {
  readonly ledger: ServerLedger;
  readonly introspection: IntrospectionRule;
  readonly log: Logger;
}

/**
 * Puts a failure of a door on record, in the log and the ledger, and gives it as the caller may be told of it: without
 * names of the schema where it may not read that.
 */
export function recordFailure(
  request: FastifyRequest,
  reply: FastifyReply,
  failure: Failure,
  error: unknown,
  { log, ledger, introspection }: FailureOptions,
): Failure {
  const { code } = failure;
  if ((code === INTERNAL || code === 'UNAVAILABLE') && !isLeft(reply.raw)) {
    log[code === INTERNAL ? 'error' : 'warn'](
      { requestId: request.id, error: loggedError(error) },
      code === INTERNAL ? 'internal error' : 'unavailable',
    );
  }
  if (isRefusal(code)) ledger.recordRefusal(request.viewer, request.id, code);
  if (mayIntrospect(introspection, request.viewer)) return failure;
  return { ...failure, sentence: withoutNames(failure.sentence) };
}
