import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';

/** The limit of a known answer: bare node:http that sends one body, or tells that it is known. */
const body = readFileSync(process.env.FIXED_BODY);
const { FIXED_TAG: tag } = process.env;

createServer((request, response) => {
  request.resume();
  request.on('end', () => {
    if (request.headers['if-none-match'] === tag) {
      response.writeHead(304, { etag: tag }).end();
      return;
    }
    response.writeHead(200, {
      'content-type': 'application/json; charset=utf-8',
      'content-length': body.length,
      etag: tag,
    });
    response.end(body);
  });
}).listen(Number(process.env.PORT), '127.0.0.1');
process.on('SIGTERM', () => process.exit(0));
