import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';

export interface RunningProgram {
  readonly process: ChildProcess;
  readonly pid: number;
  /** The next line that the program writes and that matches; fails if the program ends before. */
  line(pattern: RegExp): Promise<string>;
  /** Resolves when the program has ended. */
  readonly ended: Promise<{ code: number | null; output: string }>;
}

export interface ProgramOptions {
  readonly uid?: number;
  readonly gid?: number;
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
}

/** Runs a TypeScript file in a process of its own, which a test may kill. */
export function runTypeScript(
  file: string,
  args: readonly string[] = [],
  options: ProgramOptions = {},
): RunningProgram {
  const hook = join(__dirname, 'typescriptHook.cjs');
  const child = spawn(process.execPath, ['--require', hook, file, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    ...options,
  });
  if (child.pid === undefined) throw new Error(`${file} could not be started.`);
  let output = '';
  const listeners = new Set<() => void>();
  const take = (chunk: Buffer) => {
    output += chunk.toString('utf8');
    for (const listener of listeners) listener();
  };
  child.stdout.on('data', take);
  child.stderr.on('data', take);
  const ended = new Promise<{ code: number | null; output: string }>((resolve) => {
    child.on('close', (code) => resolve({ code, output }));
  });
  return {
    process: child,
    pid: child.pid,
    ended,
    line: (pattern) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const found = output
            .split('\n')
            .slice(0, -1)
            .find((line) => pattern.test(line));
          if (found === undefined) return;
          listeners.delete(look);
          resolve(found);
        };
        listeners.add(look);
        look();
        void ended.then(() => reject(new Error(`It ended without ${pattern}:\n${output}`)));
      }),
  };
}
