import { spawn } from 'node:child_process';
import { messageOf } from '../../thrown';
import type { ServerUser } from './serverUser';

/** What the programs find in their environment: nothing of the caller's, so that they behave alike everywhere. */
export const PROGRAM_ENVIRONMENT = { PATH: '/usr/bin:/bin:/usr/local/bin', LC_ALL: 'C', TZ: 'UTC' };

export interface Outcome {
  readonly ok: boolean;
  /** All that the program wrote, or why it could not be run. */
  readonly said: string;
}

/**
 * Runs one of PostgreSQL's programs to its end, or until the signal ends it with whatever it has started.
 * Never throws: that it cannot be run is an outcome too.
 */
export function runProgram(
  file: string,
  args: readonly string[],
  user: ServerUser,
  folder = '/',
  signal?: AbortSignal,
): Promise<Outcome> {
  return new Promise((resolve) => {
    const said: string[] = [];
    try {
      const child = spawn(file, args, {
        ...user,
        cwd: folder,
        env: PROGRAM_ENVIRONMENT,
        stdio: ['ignore', 'pipe', 'pipe'],
        // Control-C in the terminal is for the caller to answer, not for its programs.
        detached: true,
      });
      child.stdout.on('data', (chunk: Buffer) => said.push(chunk.toString('utf8')));
      child.stderr.on('data', (chunk: Buffer) => said.push(chunk.toString('utf8')));
      child.on('error', (error) => resolve({ ok: false, said: messageOf(error) }));
      const end = () => {
        // The whole group: initdb runs the server as a process of its own.
        if (child.pid !== undefined) endGroup(child.pid);
      };
      signal?.addEventListener('abort', end, { once: true });
      child.on('close', (code, endedBy) => {
        signal?.removeEventListener('abort', end);
        if (endedBy !== null) said.push(`It was ended by ${endedBy}.`);
        resolve({ ok: code === 0, said: said.join('') });
      });
    } catch (error) {
      resolve({ ok: false, said: messageOf(error) });
    }
  });
}

function endGroup(leader: number): void {
  try {
    process.kill(-leader, 'SIGKILL');
  } catch {
    // It has ended already.
  }
}
