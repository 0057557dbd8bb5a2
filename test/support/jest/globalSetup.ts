import { announceRun, givenServerUrl } from './environment';
import {
  buildTemplate,
  dropAbandonedDatabases,
  dropRunDatabases,
  newPrefix,
} from '../databases/runDatabases';
import { startTestServer } from '../asking/testServer';

declare global {
  var endTestRun: (() => Promise<void>) | undefined;
}

/** Before all test files: a server, and on it a migrated database to copy. */
export default async function setUp(): Promise<void> {
  const given = givenServerUrl();
  const started = given === undefined ? await startTestServer() : undefined;
  const run = { serverUrl: given ?? started?.url ?? '', prefix: newPrefix() };
  globalThis.endTestRun = async () => {
    if (started === undefined) await dropRunDatabases(run);
    else await started.stop();
  };
  try {
    if (given !== undefined) await dropAbandonedDatabases(given);
    await buildTemplate(run);
  } catch (error) {
    await globalThis.endTestRun();
    throw error;
  }
  announceRun(run);
}
