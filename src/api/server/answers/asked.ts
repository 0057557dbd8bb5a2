import type { IncomingMessage } from 'node:http';

/** Longer requests are answered like others, but not from memory. */
const LONGEST = 64 * 1024;
const LONGEST_ACCEPT = 200;
const GET = '/graphql?';

/** How much of a request must be read before it can be told from all others. */
export type Question =
  | { readonly by: 'search'; readonly text: string }
  | { readonly by: 'body'; readonly bytes: number };

/**
 * The question of a request whose answer may be known; undefined for what is no plain one, which the
 * routes look at. Plain ones are answered by their text and `Accept` alone, whatever other headers say.
 */
export function questionOf({ method, url = '', headers }: IncomingMessage): Question | undefined {
  const { accept = '', 'content-type': contentType = '', 'content-encoding': encoding } = headers;
  if (accept.length > LONGEST_ACCEPT || /event-stream/i.test(accept)) return undefined;
  if (method === 'GET') {
    if (!url.startsWith(GET)) return undefined;
    const text = url.slice(GET.length);
    return text !== '' && text.length <= LONGEST ? { by: 'search', text } : undefined;
  }
  if (method !== 'POST' || url !== '/graphql' || encoding !== undefined) return undefined;
  if (!/^application\/json(; ?charset=utf-8)?$/i.test(contentType)) return undefined;
  const bytes = Number(headers['content-length']);
  return bytes > 0 && bytes <= LONGEST && headers.expect === undefined
    ? { by: 'body', bytes }
    : undefined;
}

/** The body of so many bytes; undefined where the caller hangs up before it is all there. */
export function readBody(request: IncomingMessage, bytes: number): Promise<Buffer | undefined> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.once('end', () => {
      const [first, ...more] = chunks;
      const body = first && more.length === 0 ? first : Buffer.concat(chunks);
      resolve(body.length === bytes ? body : undefined);
    });
    request.once('error', () => resolve(undefined));
    request.once('close', () => resolve(undefined));
  });
}
