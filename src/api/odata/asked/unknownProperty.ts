import type { EntitySet } from '../model/entityModel';
import { quoted, wrong } from '../refused';

/** The refusal of a property that a set does not have. */
export function unknownProperty(name: string, set: EntitySet, what: string) {
  const known = [...set.properties.keys()].join(', ');
  return wrong(
    `${what} has ${quoted(name)}, which ${set.name} does not have; expected one of ${known}.`,
    what,
  );
}
