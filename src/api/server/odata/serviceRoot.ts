import type { FastifyRequest } from 'fastify';

export const ODATA_PATH = '/odata';

const HOST = /^(?:[\w.-]{1,253}|\[[\da-fA-F:.]{2,45}\])(?::\d{1,5})?$/;

/**
 * The address of the service, with a slash at its end: below the public address where one is set, else as the caller
 * asked. No X-Forwarded- header is believed, so that behind a proxy with TLS the public address has to be set.
 */
export function serviceRoot(request: FastifyRequest, publicUrl: string | undefined): string {
  if (publicUrl !== undefined) return `${publicUrl.replace(/\/+$/, '')}${ODATA_PATH}/`;
  const { host } = request.headers;
  const named = host !== undefined && HOST.test(host) ? host : 'localhost';
  return `http://${named}${ODATA_PATH}/`;
}
