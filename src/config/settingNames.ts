/** How many letters may be wrong in a name that was still meant: one in a short name, more in a long one. */
const slips = (name: string) => (name.length < 6 ? 1 : name.length < 16 ? 2 : 3);

/** Names of other programs that differ from one of ours by a letter. */
const OF_OTHERS = new Set(['GHOST', 'HOSTS', 'PORTS', 'POST', 'ROLE']);

const wordsOf = (name: string) => name.split('_').sort().join('_');

/**
 * Letters that must be inserted, dropped, replaced or swapped with their neighbour to make one text of the
 * other (optimal string alignment).
 */
function distance(one: string, other: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let row = 1; row <= one.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= other.length; column += 1) {
      const same = one[row - 1] === other[column - 1];
      const swapped = one[row - 1] === other[column - 2] && one[row - 2] === other[column - 1];
      current[column] = Math.min(
        (last[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (last[column - 1] ?? 0) + (same ? 0 : 1),
        swapped ? (beforeLast[column - 2] ?? 0) + 1 : Infinity,
      );
    }
    beforeLast = last;
    last = current;
  }
  return last[other.length] ?? 0;
}

function meantBy(given: string, known: readonly string[]): string | undefined {
  const name = given.toUpperCase();
  if (OF_OTHERS.has(name)) return undefined;
  const ranked = known
    .filter((each) => Math.abs(each.length - name.length) <= slips(each))
    .map((each) => ({ each, far: wordsOf(each) === wordsOf(name) ? 0 : distance(name, each) }))
    .filter(({ each, far }) => far <= slips(each))
    .sort((one, other) => one.far - other.far);
  return ranked[0]?.each;
}

/**
 * A sentence for each variable of the environment that is none of the known settings, and whose name is
 * so close to one that it was probably meant. Values are not shown: they may be secrets.
 */
export function misspelledSettings(
  environment: Readonly<Record<string, string | undefined>>,
  known: readonly string[],
): string[] {
  return Object.keys(environment)
    .filter((name) => !known.includes(name))
    .sort()
    .flatMap((name) => {
      const meant = meantBy(name, known);
      return meant === undefined ? [] : [`${name} is not a setting. Did you mean ${meant}?`];
    });
}
