import type { Chapter } from '../basis/chapters';
import { WINDOW, chapterTimes } from '../basis/chapters';
import type { DumpRecord } from './dumpRecord';
import type { Journal } from './journal';

type Scene = () => void;

/** Lets a scene happen so many places later, at most {@link WINDOW}. */
export type Later = (places: number, scene: Scene) => void;

/** One table's events of a chapter, as a walk over places: rows, mostly, in the order of their ids. */
export interface Track {
  readonly places: number;
  play(place: number, later: Later): void;
}

/** A track of one item a place. */
export function along<Item>(
  items: readonly Item[],
  act: (item: Item, later: Later, place: number) => void,
): Track {
  return {
    places: items.length,
    play: (place, later) => {
      const item = items[place];
      if (item !== undefined) act(item, later, place);
    },
  };
}

const BATCH = 100;

/** A mass update: a batch a place, each one transaction whose changes share their time. */
export function inBatches<Item>(
  items: readonly Item[],
  journal: Journal,
  act: (item: Item) => void,
): Track {
  return {
    places: Math.ceil(items.length / BATCH),
    play: (place) => {
      journal.transaction(() => {
        for (const item of items.slice(place * BATCH, (place + 1) * BATCH)) act(item);
      });
    },
  };
}

/** Walks along a track and keeps what is to happen later in a ring: no more than a window of it. */
class Walk {
  #place = 0;
  readonly #ring: Scene[][] = Array.from({ length: WINDOW + 1 }, () => []);

  constructor(readonly track: Track) {}

  /** From 0 to 1. The window after the last place lets the last scenes play. */
  get progress(): number {
    return this.#place / (this.track.places + WINDOW);
  }

  step(): void {
    const place = this.#place;
    const later: Later = (places, scene) => {
      this.#ring[(place + Math.min(places, WINDOW)) % (WINDOW + 1)]?.push(scene);
    };
    if (place < this.track.places) this.track.play(place, later);
    const due = this.#ring[place % (WINDOW + 1)] ?? [];
    this.#ring[place % (WINDOW + 1)] = [];
    for (const scene of due) scene();
    this.#place += 1;
  }
}

/** Plays the tracks side by side, each in proportion to its length. */
function* playTogether(
  tracks: readonly Track[],
  from: number,
  until: number,
  journal: Journal,
): Generator<DumpRecord> {
  const walks = tracks.map((track) => new Walk(track));
  for (;;) {
    let slowest: Walk | undefined;
    for (const walk of walks) {
      if (slowest === undefined || walk.progress < slowest.progress) slowest = walk;
    }
    if (slowest === undefined || slowest.progress >= 1) return;
    journal.now = from + (until - from) * slowest.progress;
    slowest.step();
    yield* journal.take();
  }
}

/** Plays a chapter. A snapshot reads one table after the other; otherwise the tables mix. */
export function* playChapter(
  chapter: Chapter,
  tracks: readonly Track[],
  journal: Journal,
): Generator<DumpRecord> {
  const { from, until } = chapterTimes(chapter);
  if (chapter !== 'snapshot') {
    yield* playTogether(tracks, from, until, journal);
    return;
  }
  const share = (until - from) / tracks.length;
  for (const [place, track] of tracks.entries()) {
    yield* playTogether([track], from + share * place, from + share * (place + 1), journal);
  }
}
