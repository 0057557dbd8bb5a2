import { pino } from 'pino';
import { serve } from '../../../src/commands/serve';
import { loadConfig } from '../../../src/config/config';

/** A program for tests: the API as `techorda serve` has it, until it is sent SIGTERM or killed. */
async function main(databaseUrl: string): Promise<void> {
  const log = pino({ base: null, level: 'error' });
  const { url, close } = await serve({ config: loadConfig(), databaseUrl, log });
  process.once('SIGTERM', () => void close());
  console.log(`listens: ${url}`);
}

main(process.argv[2] ?? '').catch((error: unknown) => {
  console.error(`failed: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
});
