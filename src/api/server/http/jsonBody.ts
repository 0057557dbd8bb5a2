import { Readable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import { passedOn } from '../known/passedOn';
import { BeyondExtent, textRefusal } from '../limits/requestExtent';
import { sentences } from '../basis/sentences';

/** A body that cannot be read, by no fault of the JSON in it. */
export class UnreadableBody extends Error {
  override readonly name = 'UnreadableBody';
  constructor(
    readonly status: 400 | 415,
    sentence: string,
  ) {
    super(sentence);
  }
}

/**
 * The one way in which bodies are read: JSON in UTF-8, as it is. A compressed body is refused rather
 * than unpacked: the limit of its size would say nothing of what comes out of it. Of one with more values than are
 * read nothing is parsed: in its place the route gets a BeyondExtent.
 */
export function addJsonBodies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  const parseJson = app.getDefaultJsonParser('error', 'error');
  app.addHook('preParsing', async ({ headers, raw }, _, payload) => {
    const encoding = headers['content-encoding']?.trim().toLowerCase() ?? '';
    if (encoding !== '' && encoding !== 'identity') {
      throw new UnreadableBody(415, sentences.bodyEncoded(encoding.slice(0, 40)));
    }
    const { body } = passedOn(raw) ?? {};
    return body ? Readable.from([body]) : payload;
  });
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body, done) => {
    const charset = charsetOf(request.headers['content-type'] ?? '');
    if (charset !== undefined && !/^utf-?8$/i.test(charset)) {
      return done(new UnreadableBody(415, sentences.bodyOfOtherCharset(charset.slice(0, 40))));
    }
    const tooMuch = textRefusal(body as Buffer);
    if (tooMuch !== undefined) return done(null, new BeyondExtent(tooMuch));
    let text: string;
    try {
      text = utf8(body as Buffer);
    } catch {
      return done(new UnreadableBody(400, sentences.bodyNotUtf8));
    }
    void parseJson(request, text, done);
  });
}

/** Throws where the bytes are no UTF-8. */
export function utf8(bytes: Buffer): string {
  return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
}

function charsetOf(contentType: string): string | undefined {
  return /;\s*charset\s*=\s*(?:"([^"]*)"|([^\s;]+))/i.exec(contentType)?.slice(1).find(Boolean);
}
