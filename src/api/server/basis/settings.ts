import type { BinPolicy } from '../../access/bins/binMask';
import type { Roles } from '../../access/roles';
import type { Right } from '../../access/viewer';

/** Who may read the schema: everybody, nobody, or holders of a right. */
export type IntrospectionRule = 'all' | 'none' | Right;

/** How tokens of an identity provider are read, as the program's configuration tells it. */
export interface TokenSettings {
  readonly JWT_ISSUER?: string | undefined;
  readonly JWT_AUDIENCE?: string | undefined;
  readonly JWT_JWKS_URL?: string | undefined;
  readonly JWT_ALGORITHMS: readonly string[];
  readonly JWT_LEEWAY_SECONDS: number;
  readonly JWT_RIGHTS_CLAIM: string;
  readonly JWT_SCOPE_CLAIM?: string | undefined;
  readonly ROLES: Roles;
}

/** What the server is set to: the program's configuration is such settings, and more; it says what each means. */
export interface ServerSettings {
  readonly HOST: string;
  readonly PORT: number;
  readonly MASK_BIN_FROM_YEAR: number;
  readonly MASK_BIN_POLICY: BinPolicy;
  readonly MIN_GROUP_COMPANIES: number;
  readonly CONNECTIONS_PER_KEY: number;
  readonly EXPORT_CONNECTIONS: number;
  readonly STATEMENT_TIMEOUT_MS: number;
  readonly CORS_ORIGINS: readonly string[];
  readonly RATE_REQUESTS: number;
  readonly RATE_COST: number;
  readonly RATE_LOOKUPS: number;
  readonly ANSWER_CACHE_BYTES: number;
  readonly LEDGER_BULK_ROWS: number;
  readonly PUBLIC_URL: string | undefined;
  readonly ODATA_KEY_IN_URL: boolean;
  readonly INTROSPECTION: IntrospectionRule;
  readonly ROLES: Roles;
}
