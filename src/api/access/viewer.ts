import type { RowScope } from './rowScope';

/** What a caller may do. */
export const RIGHTS = [
  'marts:read',
  'bin:read',
  'bin:lookup',
  'quality:read',
  'refresh:run',
  'keys:manage',
] as const;

export type Right = (typeof RIGHTS)[number];

/** The caller, as far as an answer depends on it. */
export interface Viewer {
  /** The key's id, for the log. */
  readonly keyId: string;
  readonly name: string;
  readonly rights: ReadonlySet<Right>;
  /** The named sets of rights that some of these come from; absent where there are none. */
  readonly roles?: readonly string[] | undefined;
  /** The rows that it is confined to; undefined where it is to none. */
  readonly scope?: RowScope | undefined;
  /** It may ask trusted documents, and nothing else. */
  readonly trustedOnly?: boolean | undefined;
  /** When the credential ends by itself, in milliseconds since 1970; undefined where it does not. */
  readonly expiresAt?: number;
}
