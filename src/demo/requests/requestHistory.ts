import type { Birth, Chapter, Live } from '../basis/chapters';
import { BIRTHS, isBefore, isLive } from '../basis/chapters';
import type { Journal } from '../events/journal';
import { ABOUT, Random } from '../basis/random';
import type { RequestState } from './requestRow';
import { writeRequestRow } from './requestRow';
import type { ServiceRequest, ServiceRequests } from './serviceRequests';
import { HOUR, QUARTERS } from '../basis/time';
import type { Later, Track } from '../events/track';

const TABLE = 'service_servicerequest';
/** A participant's last quarter, where it is deactivated in a live chapter. */
const LAST_QUARTER: Readonly<Record<Live, number>> = {
  summer: QUARTERS - 3,
  autumn: QUARTERS - 2,
  winter: QUARTERS - 1,
};

/** What happens to service requests, chapter by chapter. */
export class RequestHistory {
  constructor(
    readonly requests: ServiceRequests,
    readonly journal: Journal,
  ) {}

  tracks(chapter: Chapter): Track[] {
    if (chapter === 'snapshot') return [this.#snapshot()];
    if (chapter === 'views') return [this.#views()];
    if (chapter === 'reread') return [this.#reread()];
    return isLive(chapter) ? [this.#newborn(chapter), this.#older(chapter)] : [];
  }

  #along(
    { from, until }: { from: number; until: number },
    act: (request: ServiceRequest, later: Later) => void,
  ): Track {
    return {
      places: until - from,
      play: (place, later) => act(this.requests.at(from + place), later),
    };
  }

  /** The places of all that were born before a chapter. */
  #before(chapter: Chapter): { from: number; until: number } {
    const last = BIRTHS.findLast((birth) => isBefore(birth, chapter)) ?? 'snapshot';
    return { from: 0, until: this.requests.placesOf(last).until };
  }

  #snapshot(): Track {
    const places = this.requests.placesOf('snapshot');
    return this.#along(places, (request) => {
      if (request.fate === 'missedBySnapshot') return;
      const row = writeRequestRow(request, {
        ...stateIn(request, 'snapshot'),
        updatedAt: request.createdAt,
      });
      this.journal.read(TABLE, request.id, row, request.id === places.until ? 'last' : 'true');
    });
  }

  /** All are marked as viewed, at once: what is large was not logged. */
  #views(): Track {
    return this.#along(this.#before('views'), (request) => {
      if (isGone(request, 'views')) return;
      const row = writeRequestRow(request, {
        ...stateIn(request, 'views'),
        updatedAt: this.journal.now,
        viewed: true,
        dataHidden: request.participation !== undefined || request.id % 2 === 0,
        searchHidden: request.id % 3 === 0,
      });
      this.journal.update(TABLE, request.id, row);
    });
  }

  #reread(): Track {
    const { count } = this.requests;
    const places = { from: Math.floor(count * 0.3), until: Math.floor(count * 0.42) };
    return this.#along(places, (request) => {
      if (request.fate === 'missedBySnapshot' || isGone(request, 'reread')) return;
      const updatedAt = this.journal.now - HOUR;
      const row = writeRequestRow(request, { ...stateIn(request, 'reread'), updatedAt });
      this.journal.readAgain(TABLE, request.id, row);
    });
  }

  /** A live request's way: drafted, sent, decided, sometimes with a change in between. */
  #newborn(chapter: Live): Track {
    const { journal } = this;
    return this.#along(this.requests.placesOf(chapter), (request, later) => {
      const random = new Random(ABOUT.requestHistory, request.id);
      const write = (bpStatus: string, updatedAt: number) =>
        writeRequestRow(request, { chapter, bpStatus, updatedAt });
      const created = journal.create(TABLE, request.id, write('draft', journal.now));
      // The clock of the machine that saved it may go back: updated_at is no order.
      const back = random.chance(0.04) ? HOUR : 0;
      later(random.between(1, 15), () => {
        journal.update(TABLE, request.id, write('created', journal.now + back));
      });
      later(random.between(16, 40), () => {
        const { now } = journal;
        journal.transaction(() => {
          journal.update(TABLE, request.id, write('sent', now));
          journal.update(TABLE, request.id, write(request.bpStatus, now));
        });
      });
      if (request.fate === 'deleted') later(60, () => this.#end(request, chapter));
      if (random.chance(0.05)) later(70, () => journal.deliverAgain(created));
    });
  }

  #older(chapter: Live): Track {
    return this.#along(this.#before(chapter), (request, later) => {
      if (request.id % 5_000 === 1) this.journal.message(TABLE);
      if (request.fate === 'plain') this.#age(request, chapter, later);
      else if (request.fate === 'deleted' && deathOf(request) === chapter) {
        this.#end(request, chapter);
      } else if (request.fate === 'reborn' && chapter === 'autumn') {
        const row = writeRequestRow(request, stateIn(request, chapter, this.journal.now));
        this.journal.delete(TABLE, request.id, row);
        later(40, () => this.journal.create(TABLE, request.id, row));
      }
    });
  }

  #age(request: ServiceRequest, chapter: Live, later: Later): void {
    const { journal } = this;
    const random = new Random(ABOUT.requestHistory, request.id, BIRTHS.indexOf(chapter));
    const leaves =
      request.bpStatus === 'deactivated' && request.participation?.until === LAST_QUARTER[chapter];
    if (!leaves && !random.chance(0.075)) return;
    const back = random.chance(0.03) ? HOUR : 0;
    const change = () =>
      journal.update(
        TABLE,
        request.id,
        writeRequestRow(request, stateIn(request, chapter, journal.now - back)),
      );
    const first = change();
    if (!random.chance(0.25)) return;
    later(8, change);
    if (random.chance(0.3)) later(14, () => journal.deliverAgain(first));
  }

  /** A last change, the end, and the last change once more: it must not bring the request back. */
  #end(request: ServiceRequest, chapter: Live): void {
    const row = writeRequestRow(request, stateIn(request, chapter, this.journal.now));
    const last = this.journal.update(TABLE, request.id, row);
    this.journal.delete(TABLE, request.id, row);
    if (request.id % 2 === 0) this.journal.deliverAgain(last);
  }
}

/** The state that a request is in at a chapter's end. */
function stateIn(request: ServiceRequest, chapter: Chapter, updatedAt = 0): RequestState {
  const { participation, bpStatus } = request;
  const left = participation?.until ?? QUARTERS;
  const later = (['summer', 'autumn', 'winter'] as const).find(
    (live) => LAST_QUARTER[live] === left && isBefore(chapter, live),
  );
  const notYet = bpStatus === 'deactivated' && later !== undefined;
  return { chapter, bpStatus: notYet ? 'registered' : bpStatus, updatedAt };
}

/** The chapter in which a deleted request ends. */
function deathOf({ born, id }: ServiceRequest): Birth {
  if (born !== 'snapshot') return born;
  return id % 2 === 0 ? 'summer' : 'autumn';
}

function isGone(request: ServiceRequest, chapter: Chapter): boolean {
  return request.fate === 'deleted' && isBefore(deathOf(request), chapter);
}
