/**
 * Coalesces calls: the first does the work at once, those that come while it is under way or within the pause
 * after it began do it once more together. However often it is called, there is one run of the work per pause
 * at most, and one after the last call. A failure is handed to `failed`; the next call tries again.
 */
export function paced(
  work: () => Promise<void>,
  pause: number,
  failed: (error: unknown) => void,
): () => void {
  let called = false;
  let running = false;
  const run = async () => {
    running = true;
    while (called) {
      called = false;
      const over = new Promise<void>((resolve) => void setTimeout(resolve, pause).unref());
      await work().catch(failed);
      await over;
    }
    running = false;
  };
  return () => {
    called = true;
    if (!running) void run();
  };
}
