/** How long each step of a run took. */
export interface StepTime {
  readonly step: string;
  readonly milliseconds: number;
}

/** Times the steps of a run, and tells a listener which one begins. */
export class Steps {
  readonly times: StepTime[] = [];

  constructor(private readonly onStep: (step: string) => void = () => undefined) {}

  async time<Result>(step: string, work: () => Promise<Result>): Promise<Result> {
    this.onStep(step);
    const begin = performance.now();
    try {
      return await work();
    } finally {
      this.times.push({ step, milliseconds: Math.round((performance.now() - begin) * 10) / 10 });
    }
  }
}
