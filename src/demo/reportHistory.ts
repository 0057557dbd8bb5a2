import type { Birth, Chapter, Live } from './chapters';
import { BIRTHS, isBefore, isLive } from './chapters';
import type { Journal } from './journal';
import { ABOUT, Random } from './random';
import type { ReportPlan } from './reportPlan';
import { placesUntilSigned } from './reportPlan';
import type { ReportState } from './reportRow';
import { finalState, writeReportRow } from './reportRow';
import { HOUR } from './time';
import type { Later, Track } from './track';
import { along, inBatches } from './track';

const TABLE = 'service_report';
/** What happens to reports, chapter by chapter. */
export class ReportHistory {
  readonly #born: ReadonlyMap<Birth, readonly ReportPlan[]>;

  constructor(
    readonly plans: readonly ReportPlan[],
    readonly journal: Journal,
  ) {
    this.#born = new Map(
      BIRTHS.map((birth) => [birth, plans.filter((plan) => plan.born === birth)]),
    );
  }

  tracks(chapter: Chapter): Track[] {
    if (chapter === 'snapshot') return [this.#snapshot()];
    if (chapter === 'signatures') return [this.#signatures()];
    if (chapter === 'reread') return [this.#reread()];
    return isLive(chapter) ? [this.#newborn(chapter), this.#older(chapter)] : [];
  }

  /** The plans that there were before a chapter, apart from those deleted by then. */
  #existing(chapter: Chapter): readonly ReportPlan[] {
    const born = BIRTHS.filter((birth) => isBefore(birth, chapter)).flatMap(
      (birth) => this.#born.get(birth) ?? [],
    );
    return born.filter((plan) => plan.fate !== 'deleted' || !isBefore(deathOf(plan), chapter));
  }

  #snapshot(): Track {
    const plans = (this.#born.get('snapshot') ?? []).filter((plan) => !isUnseen(plan));
    return along(plans, (plan, _, place) => {
      const state: ReportState = plan.signedLate
        ? { chapter: 'snapshot', status: 'draft', stage: 'filled', updatedAt: plan.createdAt }
        : finalState(plan, 'snapshot', plan.signedAt);
      const mark = place === plans.length - 1 ? 'last_in_data_collection' : 'true';
      this.journal.read(TABLE, plan.id, writeReportRow(plan, state), mark);
    });
  }

  /** Every signature is written anew. What stands in `data` did not change, and was not logged. */
  #signatures(): Track {
    const plans = this.#existing('signatures').filter(
      ({ status, fate }) => status !== 'draft' && fate !== 'unseenSignature',
    );
    return inBatches(plans, this.journal, (plan) => {
      const state = { ...finalState(plan, 'signatures', this.journal.now), dataHidden: true };
      this.journal.update(TABLE, plan.id, writeReportRow(plan, state));
    });
  }

  #reread(): Track {
    const least = Math.floor(this.plans.length * 0.3);
    const plans = this.#existing('reread').filter(
      (plan) =>
        !isUnseen(plan) &&
        plan.fate !== 'rebornBlind' &&
        plan.id > least &&
        plan.id <= least + this.plans.length * 0.1,
    );
    return along(plans, (plan) => {
      const state = finalState(plan, 'reread', plan.signedAt);
      this.journal.readAgain(TABLE, plan.id, writeReportRow(plan, state));
    });
  }

  #newborn(chapter: Live): Track {
    return along(this.#born.get(chapter) ?? [], (plan, later) => {
      this.#grow(plan, chapter, later);
    });
  }

  /** A live report's way: begun, filled in, signed. */
  #grow(plan: ReportPlan, chapter: Live, later: Later): void {
    const { journal } = this;
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
    if (plan.fate === 'deleted') this.#end(plan, chapter, later, untilSigned + 12);
    if (random.chance(0.03)) later(untilSigned + 20, () => journal.deliverAgain(created));
  }

  #older(chapter: Live): Track {
    const plans = this.#existing(chapter);
    return along(plans, (plan, later, place) => {
      if (place % 4_000 === 0) this.journal.message(TABLE);
      this.#age(plan, chapter, later);
    });
  }

  #age(plan: ReportPlan, chapter: Live, later: Later): void {
    const { journal } = this;
    const { fate } = plan;
    if (plan.signedLate && chapter === 'summer') {
      this.#signLate(plan, chapter);
    } else if (fate === 'deleted') {
      if (deathOf(plan) === chapter) this.#end(plan, chapter, later, 0);
    } else if (fate === 'unseenSignature') {
      if (chapter !== 'autumn') return;
      const state = { ...finalState(plan, chapter, journal.now), signatureHidden: true };
      journal.update(TABLE, plan.id, writeReportRow(plan, state));
    } else if (fate === 'reborn' || fate === 'rebornBlind') {
      if (chapter === 'autumn') this.#rebirth(plan, chapter, later);
      else if (chapter === 'winter' && fate === 'reborn') this.#touch(plan, chapter, later);
    } else if (fate === 'plain') {
      this.#touch(plan, chapter, later);
    }
  }

  #signLate(plan: ReportPlan, chapter: Live): void {
    const { journal } = this;
    const updatedAt = journal.now;
    const filled: ReportState = { chapter, status: 'draft', stage: 'final', updatedAt };
    journal.transaction(() => {
      journal.update(TABLE, plan.id, writeReportRow(plan, filled));
      const signed = finalState(plan, chapter, updatedAt);
      journal.update(TABLE, plan.id, writeReportRow(plan, signed));
    });
  }

  /** Somebody looks at a report: neither of its large columns changes. */
  #touch(plan: ReportPlan, chapter: Live, later: Later): void {
    const { journal } = this;
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
  #end(plan: ReportPlan, chapter: Live, later: Later, places: number): void {
    const { journal } = this;
    later(places, () => {
      const row = writeReportRow(plan, finalState(plan, chapter, journal.now));
      const last = journal.update(TABLE, plan.id, row);
      journal.delete(TABLE, plan.id, row);
      if (plan.id % 2 === 0) journal.deliverAgain(last);
    });
  }

  #rebirth(plan: ReportPlan, chapter: Live, later: Later): void {
    const { journal } = this;
    const row = () => writeReportRow(plan, finalState(plan, chapter, journal.now));
    journal.delete(TABLE, plan.id, row());
    const blind = plan.fate === 'rebornBlind';
    later(blind ? 0 : 30, () => {
      const state = { ...finalState(plan, chapter, journal.now), dataHidden: blind };
      journal.create(TABLE, plan.id, writeReportRow(plan, state));
    });
  }
}

function isUnseen({ fate }: ReportPlan): boolean {
  return fate === 'unseenData' || fate === 'unseenSignature';
}

/** The chapter in which a deleted report ends: live ones do not outlive their first. */
function deathOf({ born, id }: ReportPlan): Live {
  if (born !== 'snapshot') return born;
  return id % 2 === 0 ? 'summer' : 'autumn';
}
