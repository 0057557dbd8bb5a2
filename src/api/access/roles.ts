import type { Right } from './viewer';

/** Named sets of rights, as the setting ROLES has them. */
export type Roles = ReadonlyMap<string, readonly Right[]>;
