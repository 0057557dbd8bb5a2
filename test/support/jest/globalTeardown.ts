import './globalSetup';

/** After all test files, whether they passed or failed. */
export default async function tearDown(): Promise<void> {
  await globalThis.endTestRun?.();
}
