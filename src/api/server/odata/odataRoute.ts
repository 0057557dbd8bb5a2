import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { describe } from '../../model/describe';
import type { Model } from '../../model/mart';
import { entityModelOf } from '../../odata/model/entityModelOf';
import { Refused } from '../../odata/refused';
import { failureOf, INTERNAL } from '../basis/failure';
import { sentences } from '../basis/sentences';
import { recordFailure, STATUS } from '../doors/doorFailure';
import { OdataAnswer, type OdataOptions, type OdataService } from './odataAnswer';
import { failureOfRefused, sendOdataFailure } from './odataFailure';
import { PageKeys } from './pageKeys';
import { plannedTables } from './plannedTable';
import { ODATA_PATH } from './serviceRoot';

/** `GET /odata/…`, behind the check of credentials. */
export function addOdataRoutes(app: FastifyInstance, model: Model, options: OdataOptions): void {
  const described = describe(model, [...model.marts, ...model.entities], options.schema);
  const service: OdataService = {
    model: entityModelOf(model, described),
    tables: plannedTables(described),
    pageKeys: new PageKeys(),
  };
  // What fails before the handler, such as a body that cannot be read, is told in the same form.
  app.setErrorHandler((error: FastifyError, request, reply) => {
    const { statusCode = 500 } = error;
    if (statusCode >= 500) return refuse(request, reply, error, options);
    const failure = { code: 'BAD_REQUEST', sentence: sentences.badRequest };
    return sendOdataFailure(request, reply, statusCode, failure);
  });
  for (const url of [ODATA_PATH, `${ODATA_PATH}/*`]) {
    app.route({
      method: 'GET',
      url,
      exposeHeadRoute: false,
      handler: (request, reply) => answer(request, reply, service, options),
    });
    app.route({
      method: ['POST', 'PUT', 'PATCH', 'DELETE'],
      url,
      handler(request, reply) {
        reply.header('allow', 'GET');
        const sentence = sentences.wrongMethod(request.method, ODATA_PATH, ['GET']);
        return sendOdataFailure(request, reply, 405, { code: 'BAD_REQUEST', sentence });
      },
    });
  }
}

async function answer(
  request: FastifyRequest,
  reply: FastifyReply,
  service: OdataService,
  options: OdataOptions,
): Promise<FastifyReply> {
  const answered = new OdataAnswer(request, reply, service, options);
  try {
    return await answered.send();
  } catch (error) {
    if (answered.credentialEnded) {
      reply.header('www-authenticate', CHALLENGE);
      options.ledger.recordRefusal(request.viewer, request.id, 'UNAUTHENTICATED');
      const failure = { code: 'UNAUTHENTICATED', sentence: sentences.credentialEnded };
      return sendOdataFailure(request, reply, 401, failure);
    }
    return refuse(request, reply, error, options);
  } finally {
    answered.end();
  }
}

/** Programs ask their users for a name and a password where they read this. */
export const CHALLENGE = 'Basic realm="Techorda", charset="UTF-8"';

function refuse(
  request: FastifyRequest,
  reply: FastifyReply,
  error: unknown,
  options: OdataOptions,
): FastifyReply {
  const isRefused = error instanceof Refused;
  const failure = isRefused ? failureOfRefused(error) : failureOf(error, options.statementTimeout);
  const told = recordFailure(request, reply, failure, error, options);
  const status = isRefused ? error.status : (STATUS[failure.code] ?? 500);
  if (failure.code === INTERNAL) return sendOdataFailure(request, reply, 500, told);
  return sendOdataFailure(request, reply, status, told, isRefused ? error.target : undefined);
}
