/** What is beyond its bounds. */
export type Beyond = keyof Bounds;

export interface Bounds {
  /** How deep lists and objects may stand in one another. */
  readonly depth: number;
  /** How many lists and objects there may be. */
  readonly containers: number;
  /** How many elements of lists and members of objects there may be, on all levels together. */
  readonly values: number;
}

/**
 * Which bound a JSON value is beyond; undefined where it is within all. Whatever walks the value afterwards
 * has no more than so many steps: this one ends as soon as it has counted more.
 */
export function beyondBounds(value: unknown, bounds: Bounds): Beyond | undefined {
  let level: object[] = isContainer(value) ? [value] : [];
  let containers = 0;
  let values = 0;
  for (let depth = 1; level.length > 0; depth += 1) {
    if (depth > bounds.depth) return 'depth';
    containers += level.length;
    if (containers > bounds.containers) return 'containers';
    const below: object[] = [];
    for (const container of level) {
      const members: readonly unknown[] = Array.isArray(container)
        ? container
        : Object.values(container);
      values += members.length;
      if (values > bounds.values) return 'values';
      for (const member of members) if (isContainer(member)) below.push(member);
    }
    level = below;
  }
  return undefined;
}

function isContainer(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
