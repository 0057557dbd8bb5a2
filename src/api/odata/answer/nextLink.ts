import type { Address } from '../syntax/address';

/** They say where a page begins, and what is told of all pages on the first. */
const OF_PAGE = new Set(['$skiptoken', '$skip', '$count']);

/** What an address asks for, whichever of its pages. */
export function questionOf({ segments, options }: Address): string {
  const named = [...options]
    .filter(([name]) => name.startsWith('$') && !OF_PAGE.has(name) && name !== '$format')
    .sort(([one], [other]) => (one < other ? -1 : 1));
  return JSON.stringify([segments, named]);
}

/** The address of the next page: the caller's own options go with it. */
export function nextAddress({ segments, options }: Address, root: string, token: string): string {
  const path = segments.map((segment) => encodeURIComponent(segment)).join('/');
  const parts = [...options]
    .filter(([name]) => !OF_PAGE.has(name))
    .map(([name, value]) => `${encodedName(name)}=${encodeURIComponent(value)}`);
  return `${root}${path}?${[...parts, `$skiptoken=${token}`].join('&')}`;
}

function encodedName(name: string): string {
  return encodeURIComponent(name).replace(/^%24/, '$');
}
