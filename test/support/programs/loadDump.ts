import { ingestDumpFile } from '../../../src/warehouse/bronze/dumpFile';
import { connect } from '../../../src/ground/database/connecting/connect';
import { MAX_EVENT_BYTES } from '../databases/warehouse';

/** A program for tests: loads the dump into the database, telling how far it is, until it is killed. */
async function main(url: string, file: string): Promise<void> {
  const database = connect(url, { poolSize: 2, applicationName: 'techorda test load' });
  const counts = await ingestDumpFile(database, file, {
    maxEventBytes: MAX_EVENT_BYTES,
    onProgress: ({ added }) => console.log(`added: ${added}`),
  });
  const { maxRSS } = process.resourceUsage();
  console.log(`done: ${JSON.stringify({ ...counts, peakMegabytes: maxRSS / 1024 })}`);
  await database.destroy();
}

main(process.argv[2] ?? '', process.argv[3] ?? '').catch((error: unknown) => {
  console.error(`failed: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
});
