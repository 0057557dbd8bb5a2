import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { FORMATS, type Format } from '../../export/lines';
import { servesRows } from '../../model/lookup';
import type { Model, Table } from '../../model/mart';
import { answerError } from '../../resolvers/request/errors';
import { isOutOfScope } from '../../query/columns/outOfScope';
import { failureOf, type Failure } from '../basis/failure';
import { recordFailure, STATUS } from '../doors/doorFailure';
import { requireReader } from '../doors/requireReader';
import { sendFailure } from '../http/httpErrors';
import { sentences } from '../basis/sentences';
import { ExportAnswer, type ExportOptions } from './exportAnswer';

export const EXPORT_PATH = '/export';

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
  options: ExportOptions,
): FastifyReply {
  const told = recordFailure(request, reply, failure, error, options);
  return sendFailure(request, reply, STATUS[failure.code] ?? 500, told);
}
