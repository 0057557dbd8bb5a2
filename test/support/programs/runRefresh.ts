import { connect } from '../../../src/ground/database/connecting/connect';
import { refresh } from '../../../src/warehouse/refresh/run/refresh';

/** A program for tests: refreshes the database once, telling each step, unless it is killed before. */
async function main(url: string): Promise<void> {
  const database = connect(url, { poolSize: 2, applicationName: 'techorda test refresh' });
  try {
    const { status } = await refresh(database, {
      reason: 'program',
      onStep: ({ step }) => console.log(`step: ${step}`),
      onWait: () => console.log('waits'),
    });
    console.log(`peak: ${Math.round(process.resourceUsage().maxRSS / 1024)} MB`);
    console.log(`done: ${status}`);
  } finally {
    await database.destroy();
  }
}

main(process.argv[2] ?? '').catch((error: unknown) => {
  console.error(`failed: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
});
