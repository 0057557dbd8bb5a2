import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { FORMATS, type Format } from '../../export/lines';
import { servesRows } from '../../model/lookup';
import type { Model, Table } from '../../model/mart';
import { answerError } from '../../resolvers/request/errors';
import { isOutOfScope } from '../../query/columns/outOfScope';
import { isLeft } from '../basis/endedAnswers';
import { failureOf, INTERNAL, loggedError, type Failure } from '../basis/failure';
import { sendFailure } from '../http/httpErrors';
import { mayIntrospect, withoutNames } from '../plugins/introspection';
import { isRefusal } from '../basis/refusals';
import { sentences } from '../basis/sentences';
import { ExportAnswer, type ExportOptions } from './exportAnswer';
import { requireReader } from './exportReader';

export const EXPORT_PATH = '/export';

const STATUS: Readonly<Record<string, number>> = {
  BAD_USER_INPUT: 400,
  NOT_FOUND: 404,
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  RATE_LIMITED: 429,
  UNAVAILABLE: 503,
};

/**
 * `GET` and `HEAD /export/MART.csv` and `.ndjson`, behind the check of credentials; so too for companies, participants
 * and reports.
 */
export function addExportRoutes(
  app: FastifyInstance,
  { marts, entities }: Model,
  options: ExportOptions,
): void {
  const tables: readonly Table[] = [...marts, ...entities].filter(servesRows);
  for (const table of tables) {
    for (const format of FORMATS) {
      app.route({
        method: ['GET', 'HEAD'],
        url: `${EXPORT_PATH}/${table.rootField}.${format}`,
        exposeHeadRoute: false,
        handler: (request, reply) => answer(request, reply, table, format, options),
      });
    }
  }
  app.route({
    method: ['GET', 'HEAD'],
    url: `${EXPORT_PATH}/*`,
    exposeHeadRoute: false,
    handler(request, reply) {
      try {
        const viewer = requireReader(request);
        const names = tables
          .filter((table) => !isOutOfScope(viewer.scope, table))
          .map((table) => table.rootField);
        throw answerError('NOT_FOUND', sentences.noSuchExport(names, FORMATS));
      } catch (error) {
        return refuse(request, reply, failureOf(error, options.statementTimeout), error, options);
      }
    },
  });
}

async function answer(
  request: FastifyRequest,
  reply: FastifyReply,
  table: Table,
  format: Format,
  options: ExportOptions,
): Promise<FastifyReply> {
  const exported = new ExportAnswer(request, reply, table, format, options);
  try {
    return await exported.send();
  } catch (error) {
    exported.giveUp();
    const failure = exported.credentialEnded
      ? { code: 'UNAUTHENTICATED', sentence: sentences.credentialEnded }
      : failureOf(error, options.statementTimeout);
    return refuse(request, reply, failure, error, options);
  }
}

function refuse(
  request: FastifyRequest,
  reply: FastifyReply,
  failure: Failure,
  error: unknown,
  { log, ledger, introspection }: ExportOptions,
): FastifyReply {
  const { code } = failure;
  const mayKnow = mayIntrospect(introspection, request.viewer);
  const told = mayKnow ? failure : { ...failure, sentence: withoutNames(failure.sentence) };
  if ((code === INTERNAL || code === 'UNAVAILABLE') && !isLeft(reply.raw)) {
    log[code === INTERNAL ? 'error' : 'warn'](
      { requestId: request.id, error: loggedError(error) },
      code === INTERNAL ? 'internal error' : 'unavailable',
    );
  }
  if (isRefusal(code)) ledger.recordRefusal(request.viewer, request.id, code);
  return sendFailure(request, reply, STATUS[code] ?? 500, told);
}
