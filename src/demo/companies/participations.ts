import { ABOUT, Random } from '../basis/random';
import { Spread } from '../basis/spread';
import { DAY, QUARTERS, quarterStart } from '../basis/time';
import type { Volumes } from '../basis/volumes';

/** A service request for the tech park, and what its company does there. */
export interface Participation {
  readonly requestId: number;
  /** Index of the company. */
  readonly company: number;
  readonly role: 'participant' | 'underContract' | 'applicant';
  readonly bpStatus: string;
  /** The quarters in which the company takes part; it reports about them if `reporting`. */
  readonly from: number;
  readonly until: number;
  readonly reporting: boolean;
  readonly exporter: boolean;
  /** Null where the request has none. */
  readonly certificateNumber: string | null;
  /** False where neither the company nor the request has the BIN. */
  readonly binOnRecord: boolean;
}

/** How many companies of a hundred joined in 2019, 2020, … 2025. */
const JOINED = [6, 5, 10, 15, 20, 24, 20] as const;
const JOINED_IN_ALL = JOINED.reduce((sum, joined) => sum + joined, 0);

/** The quarter in which the company joined that stands at this share of all, oldest first. */
function quarterJoined(share: number): number {
  let left = share * JOINED_IN_ALL;
  for (const [year, joined] of JOINED.entries()) {
    if (left < joined) return year * 4 + Math.floor((left / joined) * 4);
    left -= joined;
  }
  return QUARTERS - 1;
}

/** Fractions that fill the range evenly at any number of companies, where chance would not. */
function evenly(index: number, step: number): number {
  return (index * step) % 1;
}

/** Of every hundred companies, 22 left again after one to five years. */
function quarterLeft(index: number, joined: number): number {
  const fate = evenly(index, 0.618_033_988_75);
  if (fate >= 0.22) return QUARTERS - 1;
  return Math.min(QUARTERS - 1, joined + 4 + Math.floor((fate / 0.22) * 16));
}

const APPLICANT_STATUSES = ['draft', 'created', 'sent', 'on_contract', 'rejected', 'success'];

/** The ids of the requests for the tech park among all, and of those that are deleted some day. */
function techparkRequestIds(volumes: Volumes): number[] {
  const deleted = new Spread(volumes.requests + volumes.deletedRequests, volumes.deletedRequests);
  const techpark = new Spread(volumes.requests, volumes.techparkRequests);
  const ids: number[] = [];
  for (let place = 0; place < deleted.total; place += 1) {
    if (!deleted.has(place) && techpark.has(place - deleted.before(place))) ids.push(place + 1);
  }
  return ids;
}

/** When the request was made: some weeks before its company joined. */
export function requestedAt({ requestId, from }: Participation): number {
  return quarterStart(from) - new Random(ABOUT.participation, requestId).between(15, 80) * DAY;
}

/**
 * All of them: first the companies that report, oldest first, then those that came back, then
 * applicants, then participants too new to have reported.
 */
export function planParticipations(volumes: Volumes): Participation[] {
  const { reportingCompanies: reporters, returners, underContract } = volumes;
  const ids = techparkRequestIds(volumes);
  const contracted = new Spread(reporters, underContract);
  // Companies whose BIN is on no record joined late enough for signed XML, and have gone on since.
  const unrecorded = new Set<number>();
  for (let index = Math.floor(reporters * 0.4); unrecorded.size < volumes.withoutBin; index += 1) {
    if (!contracted.has(index) && quarterLeft(index, 0) === QUARTERS - 1) unrecorded.add(index);
  }
  const newcomers = volumes.participants - (reporters - underContract) - returners;
  // Who came back joined early and stayed long, so that both stays have reports.
  const returnEvery = Math.floor((reporters * 0.55) / returners);

  const reporter = (index: number, returned: boolean): Participation => {
    const joined = quarterJoined((index + 0.5) / reporters);
    const returns = !returned && index % returnEvery === 0 && index < returnEvery * returners;
    const left = returns || returned ? QUARTERS - 1 : quarterLeft(index, joined);
    const middle = joined + Math.floor((left - joined) / 2);
    const isContracted = !returned && contracted.has(index);
    const number = `${1_000 + index}${returned ? '/2' : ''}`;
    const nameless = isContracted && contracted.before(index) < volumes.withoutCertificate;
    return {
      requestId: ids[returned ? reporters + index / returnEvery : index] ?? 0,
      company: index,
      role: isContracted ? 'underContract' : 'participant',
      bpStatus: isContracted
        ? 'on_contract'
        : (returns ? middle : left) < QUARTERS - 1
          ? 'deactivated'
          : 'registered',
      from: returned ? middle + 1 : joined,
      until: returns ? middle : left,
      reporting: true,
      exporter: evenly(index, 0.754_877_666_25) < 0.16,
      certificateNumber: nameless ? null : number,
      binOnRecord: !unrecorded.has(index),
    };
  };
  const other = (place: number): Participation => {
    const random = new Random(ABOUT.participation, place);
    const isNew = place >= ids.length - newcomers;
    return {
      requestId: ids[place] ?? 0,
      company: Math.min(
        reporters + random.below(volumes.companies - reporters),
        volumes.companies - 1,
      ),
      role: isNew ? 'participant' : 'applicant',
      bpStatus: isNew ? 'registered' : random.pick(APPLICANT_STATUSES),
      from: QUARTERS - 1 - random.below(isNew ? 2 : 12),
      until: QUARTERS - 1,
      reporting: false,
      exporter: false,
      certificateNumber: isNew ? String(900_000 + place) : null,
      binOnRecord: true,
    };
  };

  return ids.map((_, place) => {
    if (place < reporters) return reporter(place, false);
    if (place < reporters + returners) return reporter((place - reporters) * returnEvery, true);
    return other(place);
  });
}
