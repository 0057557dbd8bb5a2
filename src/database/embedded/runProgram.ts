import { spawn } from 'node:child_process';
import { messageOf } from './failure';
import type { ServerUser } from './serverUser';

/** What the programs find in their environment: nothing of the caller's, so that they behave alike everywhere. */
export const PROGRAM_ENVIRONMENT = { PATH: '/usr/bin:/bin:/usr/local/bin', LC_ALL: 'C', TZ: 'UTC' };

export interface Outcome {
  readonly ok: boolean;
  /** All that the program wrote, or why it could not be run. */
  readonly said: string;
}

/** Runs one of PostgreSQL's programs to its end. Never throws: that it cannot be run is an outcome too. */
export function runProgram(
  file: string,
  args: readonly string[],
  user: ServerUser,
  folder = '/',
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
      child.on('close', (code, signal) => {
        if (signal !== null) said.push(`It was ended by ${signal}.`);
        resolve({ ok: code === 0, said: said.join('') });
      });
    } catch (error) {
      resolve({ ok: false, said: messageOf(error) });
    }
  });
}
