import type { Runner } from 'graphile-worker';

const FIRST_PAUSE = 250;
const LONGEST_PAUSE = 5_000;

/**
 * Keeps the queue's runner at work until it is stopped. A runner gives up where its database goes away in
 * the wrong moment, and takes no job any more; another is begun then, as soon as the database lets it.
 * Throws where the first cannot begin.
 */
export async function keepRunning(
  begin: () => Promise<Runner>,
  tell: (message: string) => void,
): Promise<{ restart(): Promise<void>; stop(): Promise<void> }> {
  let stopping = false;
  let restarting = false;
  let wake: () => void = () => undefined;
  let runner = await begin();

  const pause = (milliseconds: number) =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });

  const keep = async () => {
    let milliseconds = FIRST_PAUSE;
    for (;;) {
      await runner.promise.catch(() => undefined);
      while (!stopping) {
        await pause(milliseconds);
        milliseconds = Math.min(milliseconds * 2, LONGEST_PAUSE);
        if (stopping) return;
        const begun = await begin().catch(() => undefined);
        if (begun === undefined) continue;
        runner = begun;
        milliseconds = FIRST_PAUSE;
        if (!restarting) tell('The queue of refreshes had lost its database; it goes on.');
        restarting = false;
        break;
      }
      if (stopping) return;
    }
  };

  const keeping = keep();
  return {
    /** Ends the runner, and begins another. A job under way has five seconds to end, and is tried again. */
    async restart() {
      restarting = true;
      await runner.stop().catch(() => undefined);
    },
    async stop() {
      stopping = true;
      wake();
      // A runner that gave up has stopped.
      await runner.stop().catch(() => undefined);
      await keeping;
    },
  };
}
