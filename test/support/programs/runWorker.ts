import { pino } from 'pino';
import { ingestDumpFile } from '../../../src/warehouse/bronze/dumpFile';
import { connect } from '../../../src/ground/database/connecting/connect';
import { requestRefresh } from '../../../src/ground/database/queue/refreshQueue';
import { startWorker } from '../../../src/warehouse/schedule/worker';
import { MAX_EVENT_BYTES } from '../databases/warehouse';

/** A program for tests: a worker that also loads a dump, if one is given, until it is sent SIGTERM or killed. */
async function main(databaseUrl: string, file: string | undefined): Promise<void> {
  // The schedule never comes: what runs was asked for.
  const worker = await startWorker({
    databaseUrl,
    schedule: '0 0 1 1 0',
    log: pino({ base: null }),
  });
  process.once('SIGTERM', () => void worker.stop().then(() => console.log('stopped')));
  console.log('waits');
  if (file === undefined) return;
  const database = connect(databaseUrl, { poolSize: 2, applicationName: 'techorda test load' });
  await requestRefresh(database, { reason: 'start', full: false });
  await ingestDumpFile(database, file, { maxEventBytes: MAX_EVENT_BYTES });
  console.log('loaded');
  await requestRefresh(database, { reason: 'ingest', full: false });
  await database.destroy();
}

main(process.argv[2] ?? '', process.argv[3]).catch((error: unknown) => {
  console.error(`failed: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
});
