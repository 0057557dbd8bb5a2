import { connect } from '../../src/database/connect';
import { refresh } from '../../src/refresh/refresh';

/** A program for tests: refreshes the database once, telling each step, unless it is killed before. */
async function main(url: string): Promise<void> {
  const database = connect(url, { poolSize: 2, applicationName: 'techorda test refresh' });
  const { status } = await refresh(database, {
    reason: 'program',
    onStep: ({ step }) => console.log(`step: ${step}`),
  });
  console.log(`done: ${status}`);
  await database.destroy();
}

main(process.argv[2] ?? '').catch((error: unknown) => {
  console.error(`failed: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
});
