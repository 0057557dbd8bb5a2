import type { DataVersion } from '../../resolvers/request/request';
import type { Asked } from './giving';

/** A request as it was last looked at. */
export interface Standing {
  readonly asked: Asked;
  /** The newest then. */
  readonly version: DataVersion;
  /** Where work is shared with others who ask the same of the same version. */
  readonly place: string;
}

/** Undefined where no version is known to be the newest. */
export function standing(asked: Asked, version: DataVersion | null): Standing | undefined {
  return version ? { asked, version, place: `${version.id}\n${asked.name.key}` } : undefined;
}
