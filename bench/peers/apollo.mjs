import { ApolloServer } from '@apollo/server';
import fastifyApollo from '@as-integrations/fastify';
import Fastify from 'fastify';
import { createContext, schema } from './schema.mjs';

/** Apollo Server as its manual sets it up on fastify, with resolvers written by hand. */
const apollo = new ApolloServer({ schema });
await apollo.start();
const app = Fastify();
await app.register(fastifyApollo(apollo), {
  path: '/graphql',
  context: async () => createContext(),
});
await app.listen({ port: Number(process.env.PORT), host: '127.0.0.1' });
process.on('SIGTERM', () => process.exit(0));
