/** How long an orderly end may take before the process ends anyway, in milliseconds. */
const PATIENCE = 10_000;

/**
 * Keeps running until SIGINT or SIGTERM, then closes in order. A second signal, or a close that takes
 * too long, ends the process at once: nothing is lost, since transactions that were open roll back.
 */
export async function untilSignal(close: () => Promise<void>): Promise<void> {
  await new Promise<void>((resolve) => {
    let ending = false;
    const end = () => {
      if (ending) process.exit(1);
      ending = true;
      setTimeout(() => process.exit(1), PATIENCE).unref();
      resolve();
    };
    process.on('SIGINT', end);
    process.on('SIGTERM', end);
  });
  await close();
}
