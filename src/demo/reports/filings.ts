import type { Participation } from '../companies/participations';
import { ABOUT, Random } from '../basis/random';
import { takeSome } from '../basis/takeSome';
import { QUARTERS } from '../basis/time';
import type { Volumes } from '../basis/volumes';

/** That a participation filed a report about a period, and what became of it. */
export interface Filing {
  readonly participation: Participation;
  readonly quarter: number;
  /** 0 to 3 for the quarter of the year, 4 for the year as a whole. */
  readonly period: number;
  status: 'signed' | 'draft' | 'rejected' | 'deleted';
  superseding: boolean;
}

type Slot = Omit<Filing, 'status' | 'superseding'>;

/** The report of 2025 as a whole is not due before the demonstration ends. */
const LAST_YEARLY = QUARTERS - 5;

function slotsOf(participations: readonly Participation[]): Slot[] {
  const slots: Slot[] = [];
  const reporting = participations.filter((participation) => participation.reporting);
  const add = (quarter: number, period: number) => {
    for (const participation of reporting) {
      if (quarter < participation.from || quarter > participation.until) continue;
      slots.push({ participation, quarter, period });
    }
  };
  for (let quarter = 0; quarter < QUARTERS; quarter += 1) {
    add(quarter, quarter % 4);
    if (quarter % 4 === 3 && quarter <= LAST_YEARLY) add(quarter, 4);
  }
  return slots;
}

/** A company that is counted has filed at least once; of the special ones nothing may be left out. */
function mustBeSigned(slots: readonly Slot[]): Set<Slot> {
  const seen = new Set<Participation>();
  const needed = new Set<Slot>();
  for (const slot of slots) {
    const { participation } = slot;
    const special = participation.role === 'underContract' || !participation.binOnRecord;
    if (special || !seen.has(participation)) needed.add(slot);
    seen.add(participation);
  }
  return needed;
}

/**
 * Who filed what: exactly as many signed reports as January had, drafts and rejected ones from among
 * the periods left open, a few signed twice (the second supersedes the first), a few deleted later.
 */
export function fileReports(
  volumes: Volumes,
  participations: readonly Participation[],
): readonly Filing[] {
  const random = new Random(ABOUT.plan, 0);
  const slots = slotsOf(participations);
  const needed = mustBeSigned(slots);
  const { signedReports, supersededReports, reports, deletedReports } = volumes;

  const free = slots.filter((slot) => !needed.has(slot));
  const wanted = signedReports - supersededReports - needed.size;
  const signed = new Set([...needed, ...takeSome(random, free, wanted)]);
  const open = free.filter((slot) => !signed.has(slot));
  const unsigned = new Set(takeSome(random, open, reports - signedReports));
  const quarterly = [...signed].filter(({ period }) => period < 4);
  const doubled = new Set(takeSome(random, quarterly, supersededReports));
  const deleted = new Set(takeSome(random, slots, deletedReports));

  const filings: Filing[] = [];
  const file = (slot: Slot, status: Filing['status'], superseding = false) =>
    filings.push({ ...slot, status, superseding });
  for (const slot of slots) {
    if (deleted.has(slot)) file(slot, 'deleted');
    if (signed.has(slot)) file(slot, 'signed');
    if (unsigned.has(slot)) file(slot, random.chance(0.2) ? 'rejected' : 'draft');
    if (doubled.has(slot)) file(slot, 'signed', true);
  }
  return filings;
}
