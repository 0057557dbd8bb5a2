/**
 * The years as the connector lived through them. It was started in the summer of 2025, so what is
 * older comes from its snapshot; between quiet stretches the source had mass updates.
 */
export const CHAPTERS = [
  // A first attempt at loading companies, truncated again.
  { name: 'trial', from: '2025-06-20T08:00Z', until: '2025-06-20T09:00Z' },
  { name: 'snapshot', from: '2025-07-01T00:00Z', until: '2025-07-01T04:00Z' },
  { name: 'summer', from: '2025-07-01T05:00Z', until: '2025-09-30T18:00Z' },
  // Every signature is written again; the unchanged data were not logged.
  { name: 'signatures', from: '2025-10-01T16:00Z', until: '2025-10-01T22:00Z' },
  { name: 'autumn', from: '2025-10-02T03:00Z', until: '2025-12-28T18:00Z' },
  // Every service request is marked as viewed.
  { name: 'views', from: '2025-12-29T16:00Z', until: '2025-12-29T23:00Z' },
  // An incremental snapshot of a part of each table.
  { name: 'reread', from: '2026-01-03T16:00Z', until: '2026-01-03T20:00Z' },
  { name: 'winter', from: '2026-01-04T03:00Z', until: '2026-01-31T20:00Z' },
] as const;

export type Chapter = (typeof CHAPTERS)[number]['name'];

/** The chapters in which rows first appear: what is older, and then live. */
export const BIRTHS = ['snapshot', 'summer', 'autumn', 'winter'] as const;
export type Birth = (typeof BIRTHS)[number];
export type Live = Exclude<Birth, 'snapshot'>;

const TIMELINE: ReadonlyMap<Chapter, { order: number; from: number; until: number }> = new Map(
  CHAPTERS.map(({ name, from, until }, order) => [
    name,
    { order, from: Date.parse(from), until: Date.parse(until) },
  ]),
);

function placeOf(name: Chapter): { order: number; from: number; until: number } {
  const place = TIMELINE.get(name);
  if (place === undefined) throw new RangeError(`There is no chapter ${name}.`);
  return place;
}

export function chapterTimes(name: Chapter): { from: number; until: number } {
  return placeOf(name);
}

export function isBefore(one: Chapter, other: Chapter): boolean {
  return placeOf(one).order < placeOf(other).order;
}

export function isLive(chapter: Chapter): chapter is Live {
  return chapter === 'summer' || chapter === 'autumn' || chapter === 'winter';
}

/**
 * Rows appear one a place. Events that follow on a row come up to so many places later: a window
 * that bounds what must be kept at once, at any scale.
 */
export const WINDOW = 128;

/** The time at a place of a stretch of `places`. */
export function timeAtPlace(chapter: Chapter, place: number, places: number): number {
  const { from, until } = chapterTimes(chapter);
  return Math.floor(from + ((until - from) * place) / (places + WINDOW));
}
