import { z } from 'zod';
import { RIGHTS, type Right } from '../api/access/viewer';

/** Signatures with a public key. With a shared secret who checks a token could also make one. */
const ALGORITHMS = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
];

/** Names with commas between them. */
export const algorithmList = z
  .string()
  .transform((text) => text.split(',').map((name) => name.trim()))
  .refine(
    (names) => names.every((name) => ALGORITHMS.includes(name)),
    `some of ${ALGORITHMS.join(', ')}, with commas between them`,
  );

/** Keys that came over the network unprotected could be anybody's. */
export const keysAddress = z
  .string()
  .refine(isSafeAddress, 'an address that begins with https://, or with http:// on this machine');

function isSafeAddress(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname } = new URL(text);
  const isLocal = ['localhost', '127.0.0.1', '[::1]'].includes(hostname);
  return protocol === 'https:' || (protocol === 'http:' && isLocal);
}

const ROLES_EXPECTED = `roles such as analyst=marts:read,quality:read;operator=refresh:run, of the rights ${RIGHTS.join(', ')}`;

/** Named sets of rights. */
export const roleSets = z.string().transform((text, context) => {
  const roles = new Map<string, readonly Right[]>();
  for (const role of text.split(';').filter((each) => each.trim() !== '')) {
    const [, name = '', list = ''] = /^\s*([^\s=;,]+)\s*=([^=]*)$/.exec(role) ?? [];
    const words = list.split(',').map((word) => word.trim());
    const rights = RIGHTS.filter((right) => words.includes(right));
    if (name === '' || roles.has(name) || rights.length !== new Set(words).size) {
      context.addIssue({ code: 'custom', message: ROLES_EXPECTED });
      return z.NEVER;
    }
    roles.set(name, rights);
  }
  return roles;
});
