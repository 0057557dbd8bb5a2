import { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { subscribe, type ExecutionArgs, type ExecutionResult } from 'graphql';
import type { Viewer } from '../../access/viewer';
import type { Ending } from './connections';
import type { Live } from './live';

export const EVENT_STREAM = 'text/event-stream; charset=utf-8';
const PING = ':\n\n';
const COMPLETE = 'event: complete\ndata:\n\n';

/** One event as the protocol has it; JSON has no line breaks of its own. */
export const nextEvent = (json: string): string => `event: next\ndata: ${json.trim()}\n\n`;
/** An answer that is one event. */
export const singleEvent = (json: string): string => nextEvent(json) + COMPLETE;

export function acceptsEventStream({ headers }: FastifyRequest): boolean {
  return /\btext\/event-stream\b/i.test(headers.accept ?? '');
}

/** Some clients always name events beside JSON; they get a query's answer as JSON. */
export function acceptsOnlyEventStream(request: FastifyRequest): boolean {
  return acceptsEventStream(request) && !/json|\*/i.test(request.headers.accept ?? '');
}

/** Sends an answer. A reply cannot be handed through `await`, which would wait until it is sent. */
export type Send = () => FastifyReply;

/** A subscription as server-sent events, by the protocol of graphql-sse for distinct connections. */
export async function streamEvents(
  request: FastifyRequest,
  reply: FastifyReply,
  live: Live,
  { args, viewer }: { readonly args: ExecutionArgs; readonly viewer: Viewer },
): Promise<Send> {
  const results = await subscribe({
    ...args,
    contextValue: live.contextFor(viewer, request.id),
  });
  if (!(Symbol.asyncIterator in results)) {
    // Nothing has begun yet: the status can still say why.
    live.recordRefusal({ viewer, requestId: request.id }, results.errors ?? [], args);
    return refusalOf(reply, live.refusal(results));
  }

  let ending: Ending | undefined;
  const end = (why?: Ending) => {
    ending ??= why;
    void results.return(undefined);
  };
  const forget = live.connections.add({
    viewer,
    recognise: () => live.recognise(request.headers),
    end,
  });
  reply.raw.once('close', () => {
    forget();
    end();
  });
  // It may have hung up while the subscription began.
  if (request.raw.socket.destroyed) end();
  reply
    .type(EVENT_STREAM)
    // Proxies would keep events until they have many.
    .header('x-accel-buffering', 'no');
  const text = written(results, live, () => ending);
  return () => reply.send(Readable.from(text, { objectMode: false }));
}

export function refusalOf(
  reply: FastifyReply,
  { status, body }: ReturnType<Live['refusal']>,
): Send {
  reply.code(status).type('application/json; charset=utf-8');
  return () => reply.send(body);
}

/**
 * The text of the stream. It is taken as fast as the caller reads it, and what happens meanwhile is for
 * the subscription to keep.
 */
async function* written(
  results: AsyncGenerator<ExecutionResult, void, void>,
  live: Live,
  ending: () => Ending | undefined,
): AsyncGenerator<string, void, void> {
  yield PING;
  let next = results.next();
  for (;;) {
    const result = await orAfter(live.keepAlive, next);
    if (result === undefined) {
      yield PING;
      continue;
    }
    if (result.done) break;
    yield nextEvent(JSON.stringify(live.shown(result.value)));
    next = results.next();
  }
  // Without its end the caller knows that it can connect again, as to a server that restarts.
  if (ending() === 'server ends') return;
  if (ending() === 'credential ended') yield nextEvent(live.credentialEnded());
  yield COMPLETE;
}

/** The result, or undefined when it takes longer. */
async function orAfter<Result>(
  milliseconds: number,
  work: Promise<Result>,
): Promise<Result | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), milliseconds);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
