import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { median } from './median';

export interface Run {
  readonly url: string;
  readonly method: 'GET' | 'POST';
  readonly headers: Readonly<Record<string, string>>;
  /** Asked for in turn; a GET has none. */
  readonly bodies: readonly string[];
  readonly connections: number;
  readonly seconds: number;
  /** The status that each answer must have. */
  readonly expected: number;
}

/** Answers a second, and milliseconds that half of them, and all but a hundredth, took at most. */
export interface Figures {
  readonly rate: number;
  readonly p50: number;
  readonly p99: number;
}

/** The process that asks. */
export class Load {
  private readonly child: ChildProcess = fork(join(__dirname, '../peers/load.mjs'));
  private readonly gone = once(this.child, 'exit').then(() => [{ failure: 'the load was ended' }]);

  async run(run: Run): Promise<Figures> {
    this.child.send(run);
    const answer = new Promise<unknown[]>((resolve) => {
      this.child.once('message', (message) => resolve([message]));
    });
    const [{ figures, failure }] = (await Promise.race([answer, this.gone])) as [
      { figures?: Figures; failure?: string },
    ];
    if (!figures) throw new Error(`${run.url}: ${failure ?? 'no figures'}`);
    return figures;
  }

  async end(): Promise<void> {
    if (!this.child.connected) return;
    const exit = once(this.child, 'exit');
    this.child.disconnect();
    await exit;
  }
}

/** Each figure's median over the rounds. */
export function medianOf(rounds: readonly Figures[]): Figures {
  return {
    rate: median(rounds.map(({ rate }) => rate)),
    p50: median(rounds.map(({ p50 }) => p50)),
    p99: median(rounds.map(({ p99 }) => p99)),
  };
}
