import { setTimeout as sleep } from 'node:timers/promises';
import { createKey } from '../../src/api/access/keys/keys';
import { connect } from '../../src/ground/database/connecting/connect';
import { post, type Answer } from '../api/server/support';
import { runTypeScript } from '../support/programs/childProcess';
import { thorough } from './support';
import { supportProgram } from '../support/places';

const program = supportProgram('runServe');

export interface ServedProduct {
  readonly url: string;
  ask(query: string): Promise<Answer>;
  /** Ends it in order; returns what it had to say of errors. */
  close(): Promise<string>;
}

async function makeKey(url: string): Promise<string> {
  const database = connect(url, { poolSize: 1, applicationName: 'techorda test key' });
  try {
    const rights = 'marts:read,quality:read';
    return (await createKey(database, { name: 'faults', rights })).key;
  } finally {
    await database.destroy();
  }
}

/** The API as `techorda serve` has it, pool and patience included, in a process of its own. */
export async function serveProduct(
  databaseUrl: string,
  settings: NodeJS.ProcessEnv = {},
): Promise<ServedProduct> {
  const key = await makeKey(databaseUrl);
  const env = { ...process.env, PORT: '0', ...settings };
  const running = runTypeScript(program, [databaseUrl], { env });
  const url = (await running.line(/^listens: /)).slice('listens: '.length);
  return {
    url,
    ask: (query) => post({ url, key }, query),
    async close() {
      running.process.kill('SIGTERM');
      return (await running.ended).output;
    },
  };
}

/** What a reader met who asked again and again while something happened. */
export interface Asked {
  readonly answers: readonly Answer[];
  readonly unavailable: number;
  /** Milliseconds of the slowest answer that said UNAVAILABLE. */
  readonly slowestRefusal: number;
  /** Milliseconds from the first refusal to the next data; the longest such time. */
  readonly longestOutage: number;
}

/** The short form leaves the machine to what is disturbed. */
const PAUSE = thorough ? 0 : 10;

/** Asks again and again until it is told to stop; `stop` returns what was met. */
export function askAgainAndAgain(product: ServedProduct, query: string): () => Promise<Asked> {
  let stopped = false;
  const answers: Answer[] = [];
  let unavailable = 0;
  let slowestRefusal = 0;
  let longestOutage = 0;
  const asking = (async () => {
    let outageSince: number | undefined;
    while (!stopped) {
      const begun = performance.now();
      const answer = await product.ask(query);
      const now = performance.now();
      answers.push(answer);
      if (PAUSE > 0) await sleep(PAUSE);
      if (answer.status === 200) {
        if (outageSince !== undefined) longestOutage = Math.max(longestOutage, now - outageSince);
        outageSince = undefined;
        continue;
      }
      unavailable += 1;
      outageSince ??= begun;
      slowestRefusal = Math.max(slowestRefusal, now - begun);
    }
  })();
  return async () => {
    stopped = true;
    await asking;
    return { answers, unavailable, slowestRefusal, longestOutage };
  };
}
