import type { TokenRules } from '../../access/tokens/tokens';
import type { TokenSettings } from '../basis/settings';

/** How tokens are to be read; undefined where the configuration names no issuer. */
export function tokenRulesOf(config: TokenSettings): TokenRules | undefined {
  const { JWT_ISSUER: issuer, JWT_AUDIENCE: audience, JWT_JWKS_URL: keysUrl } = config;
  if (issuer === undefined || audience === undefined || keysUrl === undefined) return undefined;
  return {
    issuer,
    audience,
    keysUrl,
    algorithms: config.JWT_ALGORITHMS,
    leeway: config.JWT_LEEWAY_SECONDS,
    rightsClaim: config.JWT_RIGHTS_CLAIM,
    roles: config.ROLES,
    scopeClaim: config.JWT_SCOPE_CLAIM,
  };
}
