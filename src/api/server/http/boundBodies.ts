import type { FastifyInstance } from 'fastify';
import { sentences } from '../basis/sentences';
import { passedOn } from '../known/passedOn';
import type { BodiesUnderWay } from '../limits/bodiesUnderWay';
import { MAX_BODY_BYTES } from '../limits/requestLimits';
import type { ServerLedger } from '../record/ledger';
import { sendFailure } from './httpErrors';

/** When a caller with too much under way may send again, in seconds. */
const COME_BACK = 2;

/** Refuses bodies of a caller who has too much of them under way, before they are read. */
export function boundBodies(
  app: FastifyInstance,
  underWay: BodiesUnderWay,
  ledger: ServerLedger,
): void {
  app.addHook('preParsing', async (request, reply, payload) => {
    const { viewer, headers, raw } = request;
    if (!viewer || passedOn(raw)?.body) return payload;
    // Without a length it may be any. One that says it is longer is refused for that.
    const bytes = Math.min(Number(headers['content-length'] ?? MAX_BODY_BYTES), MAX_BODY_BYTES);
    const { keyId } = viewer;
    if (underWay.begin(keyId, bytes)) {
      reply.raw.once('close', () => underWay.end(keyId, bytes));
      return payload;
    }
    ledger.recordRefusal(viewer, request.id, 'RATE_LIMITED');
    reply.header('retry-after', String(COME_BACK));
    await sendFailure(request, reply, 429, {
      code: 'RATE_LIMITED',
      sentence: sentences.tooMuchUnderWay,
    });
    return payload;
  });
}
