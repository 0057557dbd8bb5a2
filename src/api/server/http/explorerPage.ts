import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname, join, sep } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { sendFailure } from './httpErrors';
import { sentences } from '../basis/sentences';

/** The page is all of this server's, and talks to nobody else. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
  '.ttf': 'font/ttf',
};

/**
 * `GET /`: the interactive explorer, as `npm run build` makes it from explorer/. Its few files are read
 * once, so that no path of a request ever names a file.
 */
export function addExplorerPage(app: FastifyInstance, folder: string): void {
  if (!existsSync(join(folder, 'index.html'))) {
    app.get('/', async (request, reply) =>
      sendFailure(request, reply, 404, { code: 'NOT_FOUND', sentence: sentences.pageMissing }),
    );
    return;
  }
  for (const path of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    const type = TYPES[extname(path)];
    if (type === undefined) continue;
    const bytes = readFileSync(join(folder, path));
    const isPage = path === 'index.html';
    app.get(isPage ? '/' : `/${path.split(sep).join('/')}`, async (_, reply) =>
      reply
        .type(type)
        .header('content-security-policy', CONTENT_SECURITY_POLICY)
        .header('x-content-type-options', 'nosniff')
        .header('referrer-policy', 'no-referrer')
        // The names of assets hold a hash of their content; the page's does not.
        .header('cache-control', isPage ? 'no-cache' : 'public, max-age=31536000, immutable')
        .send(bytes),
    );
  }
}
