import type { Live } from '../basis/chapters';
import { BIRTHS } from '../basis/chapters';
import type { Journal } from '../events/journal';
import { ABOUT, Random } from '../basis/random';
import type { ReportPlan } from './reportPlan';
import { placesUntilSigned } from './reportPlan';
import type { ReportState } from './reportRow';
import { finalState, writeReportRow } from './reportRow';
import { HOUR } from '../basis/time';
import type { Later } from '../events/track';

const TABLE = 'service_report';

/** The chapter in which a deleted report ends: live ones do not outlive their first. */
export function deathOf({ born, id }: ReportPlan): Live {
  if (born !== 'snapshot') return born;
  return id % 2 === 0 ? 'summer' : 'autumn';
}

/** A live report's way: begun, filled in, signed. */
export function growReport(journal: Journal, plan: ReportPlan, chapter: Live, later: Later): void {
  const random = new Random(ABOUT.reportHistory, plan.id);
  const untilSigned = placesUntilSigned(plan.id);
  const draft = (stage: ReportState['stage'], updatedAt: number) =>
    writeReportRow(plan, { chapter, status: 'draft', stage, updatedAt });

  const created = journal.create(TABLE, plan.id, draft('begun', journal.now));
  // The author's clock may go back: updated_at is no order.
  const back = random.chance(0.05) ? HOUR : 0;
  later(random.between(2, 10), () => {
    journal.update(TABLE, plan.id, draft('filled', journal.now + back));
  });
  if (plan.status === 'draft') return;
  later(untilSigned, () => {
    const { now } = journal;
    journal.transaction(() => {
      journal.update(TABLE, plan.id, draft('final', now));
      const signed = { ...finalState(plan, chapter, now), status: 'signed', dataHidden: true };
      journal.update(TABLE, plan.id, writeReportRow(plan, signed));
    });
  });
  if (plan.status === 'rejected') {
    later(untilSigned + 10, () => {
      const rejected = finalState(plan, chapter, journal.now);
      journal.update(TABLE, plan.id, writeReportRow(plan, rejected));
    });
  }
  if (plan.fate === 'deleted') end(journal, plan, chapter, later, untilSigned + 12);
  if (random.chance(0.03)) later(untilSigned + 20, () => journal.deliverAgain(created));
}

export function ageReport(journal: Journal, plan: ReportPlan, chapter: Live, later: Later): void {
  const { fate } = plan;
  if (plan.signedLate && chapter === 'summer') {
    signLate(journal, plan, chapter);
  } else if (fate === 'deleted') {
    if (deathOf(plan) === chapter) end(journal, plan, chapter, later, 0);
  } else if (fate === 'unseenSignature') {
    if (chapter !== 'autumn') return;
    const state = { ...finalState(plan, chapter, journal.now), signatureHidden: true };
    journal.update(TABLE, plan.id, writeReportRow(plan, state));
  } else if (fate === 'reborn' || fate === 'rebornBlind') {
    if (chapter === 'autumn') rebirth(journal, plan, chapter, later);
    else if (chapter === 'winter' && fate === 'reborn') touch(journal, plan, chapter, later);
  } else if (fate === 'plain') {
    touch(journal, plan, chapter, later);
  }
}

function signLate(journal: Journal, plan: ReportPlan, chapter: Live): void {
  const updatedAt = journal.now;
  const filled: ReportState = { chapter, status: 'draft', stage: 'final', updatedAt };
  journal.transaction(() => {
    journal.update(TABLE, plan.id, writeReportRow(plan, filled));
    const signed = finalState(plan, chapter, updatedAt);
    journal.update(TABLE, plan.id, writeReportRow(plan, signed));
  });
}

/** Somebody looks at a report: neither of its large columns changes. */
function touch(journal: Journal, plan: ReportPlan, chapter: Live, later: Later): void {
  const random = new Random(ABOUT.reportHistory, plan.id, BIRTHS.indexOf(chapter));
  if (!random.chance(0.055)) return;
  const back = random.chance(0.03) ? HOUR : 0;
  const hidden = plan.status !== 'draft';
  const touched = () => ({
    ...finalState(plan, chapter, journal.now - back),
    viewed: true,
    dataHidden: hidden,
    signatureHidden: hidden,
  });
  const first = journal.update(TABLE, plan.id, writeReportRow(plan, touched()));
  if (!random.chance(0.12)) return;
  later(5, () => journal.update(TABLE, plan.id, writeReportRow(plan, touched())));
  later(9, () => journal.deliverAgain(first));
}

/** A last change, the end, and the last change once more: it must not bring the report back. */
function end(
  journal: Journal,
  plan: ReportPlan,
  chapter: Live,
  later: Later,
  places: number,
): void {
  later(places, () => {
    const row = writeReportRow(plan, finalState(plan, chapter, journal.now));
    const last = journal.update(TABLE, plan.id, row);
    journal.delete(TABLE, plan.id, row);
    if (plan.id % 2 === 0) journal.deliverAgain(last);
  });
}

function rebirth(journal: Journal, plan: ReportPlan, chapter: Live, later: Later): void {
  const row = () => writeReportRow(plan, finalState(plan, chapter, journal.now));
  journal.delete(TABLE, plan.id, row());
  const blind = plan.fate === 'rebornBlind';
  later(blind ? 0 : 30, () => {
    const state = { ...finalState(plan, chapter, journal.now), dataHidden: blind };
    journal.create(TABLE, plan.id, writeReportRow(plan, state));
  });
}
