import { withSpan } from '../../../ground/tracing/spans';
import { plannedSteps } from './plan';

/** How long each step of a run took. */
export interface StepTime {
  readonly step: string;
  readonly milliseconds: number;
}

/** A step begins. */
export interface StepProgress {
  readonly step: string;
  /** The table that the step brings up to date, such as `gold.exports`, where it is one. */
  readonly table: string | null;
  /** Steps that are behind, of how many. */
  readonly done: number;
  readonly total: number;
}

/** Times the steps of a run, and tells a listener which one begins. */
export class Steps {
  readonly times: StepTime[] = [];
  /** The step that began last. */
  current: string | undefined;
  private readonly plan = plannedSteps();

  constructor(private readonly onStep: (progress: StepProgress) => void = () => undefined) {}

  async time<Result>(step: string, work: () => Promise<Result>): Promise<Result> {
    const done = this.times.length;
    this.current = step;
    const table = step.includes('.') ? step : null;
    this.onStep({ step, table, done, total: Math.max(this.plan.length, done + 1) });
    const begin = performance.now();
    try {
      return await withSpan(`refresh ${step}`, { 'techorda.refresh.step': step }, work);
    } finally {
      this.times.push({ step, milliseconds: Math.round((performance.now() - begin) * 10) / 10 });
    }
  }
}
