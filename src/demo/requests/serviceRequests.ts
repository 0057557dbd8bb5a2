import type { Birth } from '../basis/chapters';
import { BIRTHS, chapterTimes, timeAtPlace } from '../basis/chapters';
import type { Participation } from '../companies/participations';
import { requestedAt } from '../companies/participations';
import { ABOUT, Random } from '../basis/random';
import { Spread } from '../basis/spread';
import type { Volumes } from '../basis/volumes';

export interface ServiceRequest {
  readonly id: number;
  /** Undefined where it is about another service than the tech park. */
  readonly participation: Participation | undefined;
  readonly serviceId: string;
  readonly bpStatus: string;
  /** Index of its company; null where a person asked for something. */
  readonly company: number | null;
  readonly born: Birth;
  readonly createdAt: number;
  readonly fate: 'plain' | 'deleted' | 'reborn' | 'missedBySnapshot';
}

const OTHER_SERVICES = ['visa', 'visa', 'nomad', 'grant', 'space', 'relocation', 'lab'] as const;
const OTHER_STATUSES = ['draft', 'created', 'sent', 'success', 'success', 'rejected'] as const;
/** The share of all requests that were there when the connector came. */
const BORN_BEFORE = 0.87;
const FIRST_REQUEST = Date.UTC(2018, 8, 1);

/**
 * All service requests, by place: computed when they are asked for, since there are too many of
 * them to keep. Those for the tech park are planned, and stand among the others.
 */
export class ServiceRequests {
  readonly count: number;
  readonly #deleted: Spread;
  readonly #participations: ReadonlyMap<number, Participation>;
  readonly #companies: number;

  constructor(volumes: Volumes, participations: readonly Participation[]) {
    this.count = volumes.requests + volumes.deletedRequests;
    this.#deleted = new Spread(this.count, volumes.deletedRequests);
    this.#participations = new Map(participations.map((each) => [each.requestId, each]));
    this.#companies = volumes.companies;
  }

  /** The places of those born in a chapter, from the first up to but not including the last. */
  placesOf(birth: Birth): { from: number; until: number } {
    const live = Math.floor(this.count * BORN_BEFORE);
    if (birth === 'snapshot') return { from: 0, until: live };
    const third = (this.count - live) / 3;
    const order = BIRTHS.indexOf(birth);
    return {
      from: live + Math.floor(third * (order - 1)),
      until: live + Math.floor(third * order),
    };
  }

  #bornAt(place: number): Birth {
    return BIRTHS.find((birth) => place < this.placesOf(birth).until) ?? 'winter';
  }

  #createdAt(place: number, born: Birth, participation: Participation | undefined): number {
    const { from, until } = this.placesOf(born);
    if (born !== 'snapshot') return timeAtPlace(born, place - from, until - from);
    if (participation !== undefined) return requestedAt(participation);
    const years = chapterTimes('snapshot').from - FIRST_REQUEST;
    return Math.floor(FIRST_REQUEST + years * Math.sqrt(place / until));
  }

  at(place: number): ServiceRequest {
    const id = place + 1;
    const born = this.#bornAt(place);
    const participation = this.#participations.get(id);
    const createdAt = this.#createdAt(place, born, participation);
    if (participation !== undefined) {
      const { bpStatus, company, binOnRecord } = participation;
      // A newcomer may not have been linked to its company yet.
      const linked = participation.reporting || !binOnRecord || id % 9 !== 0;
      const link = linked ? company : null;
      const techpark = { participation, serviceId: 'techpark', bpStatus, company: link };
      return { id, ...techpark, born, createdAt, fate: 'plain' };
    }
    const random = new Random(ABOUT.request, id);
    return {
      id,
      participation,
      serviceId: random.pick(OTHER_SERVICES),
      bpStatus: random.pick(OTHER_STATUSES),
      company: random.chance(0.6) ? random.below(this.#companies) : null,
      born,
      createdAt,
      fate: this.#fateOf(place, born),
    };
  }

  #fateOf(place: number, born: Birth): ServiceRequest['fate'] {
    if (this.#deleted.has(place)) return 'deleted';
    if (born !== 'snapshot') return 'plain';
    if (place % 997 === 5) return 'reborn';
    return place % 997 === 300 ? 'missedBySnapshot' : 'plain';
  }
}
