/**
 * Waits until the condition holds; fails where it does not within so many seconds. They are many more than
 * it takes, so that a busy machine fails no test, and fewer than the server gives a statement.
 */
export async function until(
  condition: () => boolean | Promise<boolean>,
  seconds = 25,
): Promise<void> {
  // A clock that no test holds.
  const end = process.uptime() + seconds;
  while (!(await condition())) {
    if (process.uptime() > end) throw new Error(`Not so within ${seconds} s: ${condition}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
