import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { startedByNpm } from '../../config/config';

type Say = (line: string) => void;

/** How long an orderly end may take before the process ends anyway, in milliseconds. */
const PATIENCE = 10_000;
/** How long it may then take to give up what would outlive it. */
const ABANDON_PATIENCE = 3_000;
const PARENT_EVERY = 500;
const EXIT_CODES: Readonly<Record<string, number>> = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 };

/** What a command has opened; closed in the opposite order when it ends, or is told to end. */
export class Closers {
  private readonly closers: (() => Promise<unknown>)[] = [];
  private readonly abandoners: (() => Promise<unknown>)[] = [];
  private readonly closing = new AbortController();

  /** Aborted when the command ends: what is being opened need not be waited for. */
  get signal(): AbortSignal {
    return this.closing.signal;
  }

  /**
   * Called while it is being opened, lest a signal come in between. What cannot be opened needs no closing.
   * What would outlive this process says how it is given up where there is no time left to close it.
   */
  add<Opened>(
    opening: Promise<Opened>,
    close: (opened: Opened) => Promise<unknown>,
    abandon?: (opened: Opened) => Promise<unknown>,
  ): void {
    this.closers.push(() => opening.then(close, () => undefined));
    if (abandon) this.abandoners.push(() => opening.then(abandon, () => undefined));
  }

  /** What would outlive the process is given up at once, without order. */
  async abandon(): Promise<void> {
    this.closing.abort();
    const late = sleep(ABANDON_PATIENCE, undefined, { ref: false });
    const abandoned = Promise.allSettled(this.abandoners.map((abandon) => abandon()));
    await Promise.race([abandoned, late]);
  }

  /** Every one is closed, whatever becomes of the others. Throws the first failure. */
  async close(): Promise<void> {
    this.closing.abort();
    const failures: unknown[] = [];
    for (const close of this.closers.splice(0).reverse()) {
      await close().catch((error: unknown) => failures.push(error));
    }
    if (failures.length > 0) throw failures[0];
  }
}

/** `nohup` lets a process ignore the loss of its terminal; a listener would undo that. */
function ignoresHangUp(): boolean {
  if (process.platform !== 'linux') return true;
  try {
    const ignored = /^SigIgn:\s*([\da-f]+)$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
    return (BigInt(`0x${ignored ?? '1'}`) & 1n) === 1n;
  } catch {
    return true;
  }
}

/**
 * Tells when this process is asked to end: by a signal, or because npm, which started it through a
 * shell, has ended. (npm gives signals to the shell, which dies of them without a word to its child.)
 */
function listenForEnd(tell: (why: string) => void): void {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, tell);
  if (!ignoresHangUp()) process.on('SIGHUP', tell);
  if (!startedByNpm()) return;
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    tell('the end of npm');
  }, PARENT_EVERY);
  watch.unref();
}

/**
 * Runs a command's work and closes what it opened, also where it is asked to end meanwhile: then
 * within ten seconds. A second request ends the process at once: nothing is lost, since transactions
 * that are open roll back. Work that `stays` goes on until it is asked to end, and that is no failure.
 */
export async function inOrder(
  say: Say,
  { stays }: { readonly stays: boolean },
  work: (closers: Closers) => Promise<void>,
): Promise<void> {
  const closers = new Closers();
  const endAtOnce = () => void closers.abandon().finally(() => process.exit(1));
  let asked: string | undefined;
  let failed = false;
  const ended = new Promise<void>((resolve) => {
    listenForEnd((why) => {
      if (asked !== undefined) return endAtOnce();
      asked = why;
      say(`${why}: ending; what is under way is finished or rolled back within 10 seconds.`);
      setTimeout(() => {
        say('The end took longer than 10 seconds: ending at once. Open transactions roll back.');
        endAtOnce();
      }, PATIENCE).unref();
      void closers
        .close()
        .catch((error: unknown) => {
          failed = true;
          say(error instanceof Error ? error.message : String(error));
        })
        .then(resolve);
    });
  });
  try {
    await Promise.race([work(closers), ended]);
    if (stays) await ended;
  } catch (error) {
    // What was closed under the work makes it fail; that is no news.
    if (asked === undefined) throw error;
    await ended;
  } finally {
    if (asked === undefined) await closers.close();
  }
  if (asked === undefined) return;
  say(stays ? 'Ended.' : 'Ended; what was not finished is rolled back.');
  // Work that was left behind in its midst may hold on to the process.
  process.exit(failed ? 1 : stays ? 0 : (EXIT_CODES[asked] ?? 1));
}
