import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';

const PROJECT = join(__dirname, '..', '..', '..');

export interface Started {
  readonly child: ChildProcess;
  /** All that it has written so far. */
  said(): string;
  /** Resolves once it has written what matches; fails if it ends before. */
  says(pattern: RegExp): Promise<void>;
  readonly ended: Promise<number | null>;
}

/** Runs a program in the project's folder. */
export function run(
  program: string,
  args: readonly string[],
  environment: NodeJS.ProcessEnv,
): Started {
  const child = spawn(program, args, {
    cwd: PROJECT,
    env: { ...process.env, npm_config_update_notifier: 'false', ...environment },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let text = '';
  const listeners = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      text += chunk.toString('utf8');
      for (const listener of listeners) listener();
    });
  }
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  return {
    child,
    said: () => text,
    ended,
    says: (pattern) =>
      new Promise((resolve, reject) => {
        const look = () => pattern.test(text) && resolve();
        listeners.add(look);
        look();
        void ended.then(() => reject(new Error(`It ended without ${String(pattern)}:\n${text}`)));
      }),
  };
}

/** Runs `techorda`, as it was built. */
export const techorda = (args: readonly string[], environment: NodeJS.ProcessEnv) =>
  run(process.execPath, ['bin/techorda.js', ...args], environment);
