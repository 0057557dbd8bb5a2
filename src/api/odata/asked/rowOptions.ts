import type { EntitySet, Property } from '../model/entityModel';
import { notServed, quoted, wrong } from '../refused';
import type { OrderTerm } from './rowsQuery';
import { unknownProperty } from './unknownProperty';

/** $top and $skip count rows; more than this is more than there will ever be. */
const MAX_COUNT = 2_147_483_647;
/** Each row that is passed over is read; pages go on by @odata.nextLink. */
const MAX_SKIP = 1_000_000;
const MAX_TERMS = 10;

/** The properties of $select, in the order of the set; all of them where nothing is said. Throws Refused. */
export function readSelect(text: string | undefined, set: EntitySet): readonly Property[] {
  const all = [...set.properties.values()];
  if (text === undefined || text.trim() === '') return all;
  const names = new Set(text.split(',').map((name) => name.trim()));
  if (names.has('*')) return all;
  for (const name of names) {
    if (name.includes('/')) {
      throw notServed(
        `$select has ${quoted(name)}; expected properties of ${set.name} itself.`,
        '$select',
      );
    }
    // A way to other rows may be selected; it shows nothing without $expand.
    if (!set.properties.has(name) && !set.navigations.has(name)) {
      throw unknownProperty(name, set, '$select');
    }
  }
  return all.filter(({ name }) => names.has(name));
}

/** The terms of $orderby; `isSortable` throws where rows are not ordered by a name. Throws Refused. */
export function readOrder(
  text: string | undefined,
  checkSortable: (name: string) => void,
): readonly OrderTerm[] {
  if (text === undefined || text.trim() === '') return [];
  const terms = text.split(',').map((item): OrderTerm => {
    const [property = '', direction = 'asc', ...others] = item.trim().split(/[ \t]+/);
    if (property.includes('(') || property.includes('/')) {
      throw notServed(
        `$orderby has ${quoted(item.trim())}; expected properties, with asc or desc.`,
        '$orderby',
      );
    }
    if (others.length > 0 || (direction !== 'asc' && direction !== 'desc')) {
      throw wrong(
        `$orderby has ${quoted(item.trim())}; expected a property, with asc or desc or nothing behind it.`,
        '$orderby',
      );
    }
    checkSortable(property);
    return { property, descending: direction === 'desc' };
  });
  if (terms.length > MAX_TERMS) {
    throw wrong(
      `$orderby has ${String(terms.length)} terms; expected at most ${String(MAX_TERMS)}.`,
      '$orderby',
    );
  }
  return terms;
}

export function checkSortable(set: EntitySet): (name: string) => void {
  return (name) => {
    const property = set.properties.get(name);
    if (!property) throw unknownProperty(name, set, '$orderby');
    if (!property.sortable) {
      throw notServed(
        `$orderby has ${name}, by which rows of ${set.name} are not ordered.`,
        '$orderby',
      );
    }
  };
}

export function readTop(text: string | undefined): number | undefined {
  return text === undefined ? undefined : wholeNumber(text, '$top', MAX_COUNT);
}

export function readSkip(text: string | undefined): number {
  return text === undefined ? 0 : wholeNumber(text, '$skip', MAX_SKIP);
}

export function readCount(text: string | undefined): boolean {
  if (text === undefined || text === 'false') return false;
  if (text === 'true') return true;
  throw wrong(`$count is ${quoted(text)}; expected true or false.`, '$count');
}

function wholeNumber(text: string, what: string, most: number): number {
  const number = Number(text.trim());
  if (/^\d{1,10}$/.test(text.trim()) && number <= most) return number;
  throw wrong(
    `${what} is ${quoted(text)}; expected a whole number from 0 to ${String(most)}.`,
    what,
  );
}
