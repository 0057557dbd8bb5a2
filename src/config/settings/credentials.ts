import { z } from 'zod';
import { listing, optional, setting, wholeNumber } from '../setting';
import { algorithmList, keysAddress, roleSets } from '../tokenSettings';

/** Tokens are credentials where all of these are set. */
export const PROVIDER = ['JWT_ISSUER', 'JWT_AUDIENCE', 'JWT_JWKS_URL'] as const;

export const credentialSettings = {
  ODATA_KEY_IN_URL: setting(
    'whether OData takes a key as `?key=…`, for programs that know no other way; proxies and browsers keep addresses',
    'false',
    z.enum(['true', 'false'], 'true or false').transform((text) => text === 'true'),
  ),
  ROLES: listing(
    'roles of keys and tokens, as named sets of rights: `analyst=marts:read,quality:read;operator=refresh:run`',
    'none',
    roleSets,
  ),
  JWT_ISSUER: optional(
    'issuer of the tokens that are accepted as credentials, as in their claim `iss`',
    'no tokens',
    z.string().min(1),
  ),
  JWT_AUDIENCE: optional(
    'audience that the tokens must have, as in their claim `aud`',
    'no tokens',
    z.string().min(1),
  ),
  JWT_JWKS_URL: optional("address of the issuer's public keys (JWKS)", 'no tokens', keysAddress),
  JWT_ALGORITHMS: setting('accepted signature algorithms', 'RS256,ES256', algorithmList),
  JWT_LEEWAY_SECONDS: setting(
    "max difference between the issuer's clock and this one, in seconds",
    '30',
    wholeNumber(0, 600),
  ),
  JWT_RIGHTS_CLAIM: setting(
    'claim that holds rights or roles, as a text with spaces or a list; dots lead into nested claims',
    'scope',
    z.string().regex(/^\S+$/, 'the name of a claim, such as scope or realm_access.roles'),
  ),
  JWT_SCOPE_CLAIM: optional(
    'claim that holds the rows which a token may see: `years=2023-2025;companies=9,10`, an object of such lists, or `all`; tokens without it are refused',
    'tokens see all rows',
    z.string().regex(/^\S+$/, 'the name of a claim, such as techorda_scope'),
  ),
};
