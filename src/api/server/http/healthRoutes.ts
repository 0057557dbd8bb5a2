import type { FastifyInstance } from 'fastify';
import { shownVersion } from '../basis/dataVersion';
import type { Readiness } from '../versions/readiness';

/** `/healthz`: the process lives. `/readyz`: requests can be answered. */
export function addHealthRoutes(app: FastifyInstance, readiness: () => Promise<Readiness>): void {
  app.get('/healthz', async () => ({ status: 'ok' }));
  app.get('/readyz', async (_, reply) => {
    const found = await readiness();
    if (!found.ready) return reply.code(503).send({ status: 'unready', reason: found.reason });
    return reply.send({ status: 'ready', dataVersion: shownVersion(found.dataVersion) });
  });
}
