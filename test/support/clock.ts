/** The clocks that the product asks for the time, held by a test. Timers, and the database, go on by their own. */
export interface HeldClock {
  forward(milliseconds: number): void;
  release(): void;
}

/**
 * Holds the time of this process. What is noticed while it is held was not noticed because time passed, and
 * what happens after `forward` needs no machine that is quick, nor a test that waits.
 */
export function holdClock(at = Date.now()): HeldClock {
  let passed = 0;
  const begun = performance.now();
  const clocks = [
    jest.spyOn(Date, 'now').mockImplementation(() => at + passed),
    jest.spyOn(performance, 'now').mockImplementation(() => begun + passed),
  ];
  return {
    forward(milliseconds) {
      passed += milliseconds;
    },
    release() {
      for (const clock of clocks) clock.mockRestore();
    },
  };
}
