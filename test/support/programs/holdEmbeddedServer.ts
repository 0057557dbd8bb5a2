import { CARELESS_SETTINGS } from '../../../src/ground/database/embedded/serverSettings';
import { startEmbeddedPostgres } from '../../../src/ground/database/embedded/startEmbeddedPostgres';

/** A program for tests: holds the embedded server on the folder given, until it is sent SIGTERM or killed. */
async function main(dataDir: string): Promise<void> {
  const { pid, adopted, url, stop } = await startEmbeddedPostgres({
    dataDir,
    settings: { ...CARELESS_SETTINGS, synchronous_commit: 'on', shared_buffers: '16MB' },
    log: (line) => console.log(`log: ${line}`),
  });
  const stayAlive = setInterval(() => undefined, 1_000);
  process.once('SIGTERM', () => {
    clearInterval(stayAlive);
    void stop().then(() => console.log('stopped'));
  });
  console.log(`ready: ${JSON.stringify({ pid, adopted, url })}`);
}

main(process.argv[2] ?? '').catch((error: unknown) => {
  console.error(`failed: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
});
