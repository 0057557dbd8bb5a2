import type { Birth, Chapter, Live } from '../basis/chapters';
import { BIRTHS, isBefore, isLive } from '../basis/chapters';
import type { Journal } from '../events/journal';
import { ageReport, deathOf, growReport } from './reportLife';
import type { ReportPlan } from './reportPlan';
import type { ReportState } from './reportRow';
import { finalState, writeReportRow } from './reportRow';
import type { Track } from '../events/track';
import { along, inBatches } from '../events/track';

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

  /** Every signature is written again. What stands in `data` did not change, and was not logged. */
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
      growReport(this.journal, plan, chapter, later);
    });
  }

  #older(chapter: Live): Track {
    const plans = this.#existing(chapter);
    return along(plans, (plan, later, place) => {
      if (place % 4_000 === 0) this.journal.message(TABLE);
      ageReport(this.journal, plan, chapter, later);
    });
  }
}

function isUnseen({ fate }: ReportPlan): boolean {
  return fate === 'unseenData' || fate === 'unseenSignature';
}
