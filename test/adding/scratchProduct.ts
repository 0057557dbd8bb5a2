import { spawn } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative, sep } from 'node:path';
import { projectFolder } from '../../src/ground/projectFolder';
import type { Started } from '../support/programs/runCommand';
import { run } from '../support/programs/runCommand';

/** What neither `npm run generate` nor the command line reads, and what the latter builds. */
const LEFT_OUT = ['.git', 'bench', 'coverage', 'data', 'dist', 'docs', 'node_modules', 'test'];

const EXAMPLES = join(projectFolder, 'sources');

/** Declarations of sources lie where they are compiled with the others; all else as it stands in the product. */
const DECLARATIONS: Readonly<Record<string, readonly string[]>> = {
  source: ['example/source.ts', 'example/tables/workshops.ts'],
  table: ['example/tables/halls.ts'],
  landed: ['example_landed/source.ts', 'example_landed/tables/visits.ts'],
};

/** The steps of sources/_example/steps. */
export const exampleSteps = (): string[] => readdirSync(join(EXAMPLES, '_example', 'steps'));

/** The files that a step of the example adds or changes, by their paths in the product. */
export function filesOfStep(step: string): ReadonlyMap<string, string> {
  const folder = join(EXAMPLES, '_example', 'steps', step);
  const files = new Map<string, string>();
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    const path = join(folder, name);
    if (statSync(path).isFile()) files.set(relative(folder, path).replaceAll(sep, '/'), path);
  }
  for (const path of DECLARATIONS[step] ?? [])
    files.set(`sources/${path}`, join(EXAMPLES, `_${path}`));
  return files;
}

/** A copy of the product, to which files are added as somebody would who adds a source or a mart. */
export class ScratchProduct {
  private readonly folder = mkdtempSync(join(tmpdir(), 'techorda-adding-'));

  constructor(private readonly databaseUrl: string) {
    const parts = readdirSync(projectFolder).filter((name) => !LEFT_OUT.includes(name));
    for (const part of parts)
      cpSync(join(projectFolder, part), join(this.folder, part), { recursive: true });
    symlinkSync(join(projectFolder, 'node_modules'), join(this.folder, 'node_modules'));
  }

  add(step: string): void {
    for (const [path, origin] of filesOfStep(step)) {
      const place = join(this.folder, path);
      mkdirSync(dirname(place), { recursive: true });
      cpSync(origin, place);
    }
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  generate(): Promise<string> {
    return this.program(this.path('build/generate.mjs'));
  }

  /** Runs a command of the copy; it is built first where it has to be. */
  techorda(...words: readonly string[]): Promise<string> {
    return this.program(this.path('bin/techorda.js'), ...words);
  }

  /** Runs a script by the modules of dist. */
  run(script: string): Promise<string> {
    return this.program('-e', script);
  }

  serve(): Started {
    return run(process.execPath, [this.path('bin/techorda.js'), 'serve'], this.environment());
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  private environment(): NodeJS.ProcessEnv {
    return { ...process.env, DATABASE_URL: this.databaseUrl, PORT: '0', LOG_LEVEL: 'info' };
  }

  private program(...words: readonly string[]): Promise<string> {
    const child = spawn(process.execPath, words, {
      cwd: this.folder,
      env: this.environment(),
    });
    let [out, said] = ['', ''];
    child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
    return new Promise((resolve, reject) => {
      child.on('close', (code) => {
        if (code === 0) resolve(out);
        else reject(new Error(`${words.join(' ')} ended with ${code}:\n${out}${said}`));
      });
    });
  }
}
