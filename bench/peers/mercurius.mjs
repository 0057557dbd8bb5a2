import Fastify from 'fastify';
import mercurius from 'mercurius';
import { createContext, schema } from './schema.mjs';

/** Mercurius with its just-in-time compiler, the same schema and the same resolvers. */
const app = Fastify();
await app.register(mercurius, { schema, jit: 1, path: '/graphql', context: () => createContext() });
await app.listen({ port: Number(process.env.PORT), host: '127.0.0.1' });
process.on('SIGTERM', () => process.exit(0));
