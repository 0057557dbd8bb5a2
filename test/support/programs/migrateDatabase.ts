import { connect } from '../../../src/ground/database/connecting/connect';
import { migrate } from '../../../src/ground/database/migrating/migrate';

/** A program for tests: migrates the database at the address given, and says which files it applied. */
async function main(url: string): Promise<void> {
  const database = connect(url, { poolSize: 2, applicationName: 'techorda test migration' });
  try {
    console.log('begun');
    console.log(`applied: ${JSON.stringify(await migrate(database))}`);
  } finally {
    await database.destroy();
  }
}

main(process.argv[2] ?? '').catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
