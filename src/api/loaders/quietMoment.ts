/**
 * Lets batches wait until the request reads no page any more. All of a request's statements share
 * one connection, so waiting costs nothing, and rows of several pages make one batch, not several.
 */
export class QuietMoment {
  private reads = 0;
  private waiting: (() => void)[] = [];

  /** Does the work; batches that are scheduled meanwhile wait for its end. */
  async during<Result>(work: () => Promise<Result>): Promise<Result> {
    this.reads += 1;
    try {
      return await work();
    } finally {
      this.reads -= 1;
      this.dispatchSoon();
    }
  }

  /** For DataLoader's `batchScheduleFn`. */
  readonly schedule = (dispatch: () => void): void => {
    this.waiting.push(dispatch);
    this.dispatchSoon();
  };

  /** Not at once: the resolvers of the page that has just come still have their keys to name. */
  private dispatchSoon(): void {
    if (this.reads > 0) return;
    setImmediate(() => {
      if (this.reads > 0) return;
      const waiting = this.waiting;
      this.waiting = [];
      for (const dispatch of waiting) dispatch();
    });
  }
}
