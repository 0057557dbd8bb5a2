/** What the set-up of a test run tells its test files, which jest runs in processes of their own. */
const SERVER = 'TECHORDA_TEST_SERVER';
const RUN = 'TECHORDA_TEST_RUN';

/** A server that the caller provides instead of the embedded one. */
export function givenServerUrl(): string | undefined {
  const url = process.env['TEST_DATABASE_URL'];
  return url === '' ? undefined : url;
}

export interface TestRun {
  /** Any database of the server, by a user who may create databases. */
  readonly serverUrl: string;
  /** Begins the names of all databases of this run. */
  readonly prefix: string;
}

export function announceRun({ serverUrl, prefix }: TestRun): void {
  process.env[SERVER] = serverUrl;
  process.env[RUN] = prefix;
}

export function currentRun(): TestRun {
  const serverUrl = process.env[SERVER];
  const prefix = process.env[RUN];
  if (serverUrl === undefined || prefix === undefined) {
    throw new Error('No test server: run the tests by jest, whose set-up starts one.');
  }
  return { serverUrl, prefix };
}
