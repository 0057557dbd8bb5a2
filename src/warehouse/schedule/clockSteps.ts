const EVERY = 15_000;
/** Less than this a clock is set at any time, in milliseconds. */
const STEP = 60_000;

/** The two clocks of a process: that of the day, which may be set, and one that only goes on. */
export interface Clocks {
  readonly ofDay: () => number;
  readonly steady: () => number;
}

const OF_NODE: Clocks = { ofDay: Date.now, steady: () => performance.now() };

/**
 * Tells when the clock is set by more than a minute. A timer knows nothing of that: one for a moment that was an
 * hour away goes on to wait when the moment is a year away, or past.
 */
export function watchClock(
  onStep: (milliseconds: number) => void,
  { ofDay, steady }: Clocks = OF_NODE,
): { look(): void; stop(): void } {
  let difference = ofDay() - steady();
  const look = () => {
    const now = ofDay() - steady();
    const step = now - difference;
    if (Math.abs(step) < STEP) return;
    difference = now;
    onStep(step);
  };
  const timer = setInterval(look, EVERY);
  timer.unref();
  return { look, stop: () => clearInterval(timer) };
}
