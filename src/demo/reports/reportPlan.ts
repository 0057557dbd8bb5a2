import type { Birth } from '../basis/chapters';
import type { Participation } from '../companies/participations';

export const PERIODS = ['quarter1', 'quarter2', 'quarter3', 'quarter4', 'yearly'] as const;
export const YEARLY = 4;

/** From this year on a form lists exports by country, and its signed XML names the company. */
export const NEW_FORM_YEAR = 2021;

/** What becomes of a report beside being written, changed and signed. */
type Fate =
  | 'plain'
  | 'deleted'
  /** Deleted, and created again. */
  | 'reborn'
  /** Created again with a placeholder in `data`: no event of its new life has them. */
  | 'rebornBlind'
  /** Missed by the snapshot; its only event has a placeholder in `data`. */
  | 'unseenData'
  | 'unseenSignature';

/** All that decides how a report's events look. The rest follows from its id. */
export interface ReportPlan {
  readonly id: number;
  readonly participation: Participation;
  readonly year: number;
  /** Index in {@link PERIODS}. */
  readonly period: number;
  /** The quarter up to which it tells, counted as in time.ts. */
  readonly quarter: number;
  readonly status: 'signed' | 'draft' | 'rejected';
  readonly superseding: boolean;
  readonly born: Birth;
  readonly createdAt: number;
  readonly signedAt: number;
  /** A draft when the connector came, signed since. */
  readonly signedLate: boolean;
  fate: Fate;
  certificate: 'own' | 'missing' | 'conflicting';
  /** How many export items its array gives. */
  exportItems: number;
  /** False where no event, company or request gives its BIN. */
  binKnown: boolean;
}

/** How many places after its birth a live report is signed. */
export function placesUntilSigned(id: number): number {
  return 20 + ((id * 37) % 70);
}
