import type { FastifyReply, FastifyRequest } from 'fastify';
import { acceptsEventStream, refusalOf, streamEvents, type Send } from './eventStream';
import type { Live } from './live';
import { readOperation, type Asked } from './subscriptionOperation';

/** Answers a subscription that asks for events; undefined where the request is another. */
export async function streamSubscription(
  request: FastifyRequest,
  reply: FastifyReply,
  asked: unknown,
  live: Live,
): Promise<Send | undefined> {
  const { viewer } = request;
  if (!viewer || !acceptsEventStream(request) || !isAsked(asked)) return undefined;
  const operation = readOperation(live.schema, asked);
  if (operation.kind === 'other') return undefined;
  if (operation.kind === 'wrong') return refusalOf(reply, live.refusal(operation));
  return streamEvents(request, reply, live, { args: operation.args, viewer });
}

/** Whether it has the form of a request; what has not is for GraphQL to refuse. */
function isAsked(asked: unknown): asked is Asked {
  if (typeof asked !== 'object' || asked === null) return false;
  const { query, operationName, variables } = asked as Readonly<Record<string, unknown>>;
  return (
    typeof query === 'string' &&
    (isAbsent(operationName) || typeof operationName === 'string') &&
    (isAbsent(variables) || (typeof variables === 'object' && !Array.isArray(variables)))
  );
}

function isAbsent(value: unknown): value is null | undefined {
  return value === null || value === undefined;
}
