import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { completionScript, SHELLS, type Shell } from '../../src/commands/completion/completion';
import { readProgram } from '../support/programs/commandTree';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'techorda-completion-'));
  const program = readProgram();
  for (const shell of SHELLS) writeFileSync(join(folder, shell), completionScript(program, shell));
  writeFileSync(join(folder, 'dump.ndjson'), '');
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs a script in the shell; fails where it says anything is wrong. */
function run(shell: Shell, script: string): string[] {
  const { stdout, stderr } = spawnSync(shell, ['-c', script], { cwd: folder, encoding: 'utf8' });
  expect(stderr).toBe('');
  return stdout.split('\n').filter((line) => line !== '');
}

const quoted = (words: readonly string[]) => words.map((word) => `'${word}'`).join(' ');

/** What each shell offers in the place of the last word. */
const offered: Record<Shell, (words: readonly string[]) => string[]> = {
  bash: (words) =>
    // Outside of a completion bash refuses to set options of one.
    run(
      'bash',
      `compopt() { :; }; source ./bash; COMP_WORDS=(${quoted(words)}); COMP_CWORD=${words.length - 1}; _techorda; printf '%s\\n' "\${COMPREPLY[@]}"`,
    ),
  // What zsh would draw is told by what the script hands to it.
  zsh: (words) =>
    run(
      'zsh',
      `compdef() { :; }; _files() { print -l -- *; }; _describe() { print -l -- "\${(@P)@[-1]}"; }; source ./zsh; words=(${quoted(words)}); CURRENT=${words.length}; _techorda`,
    )
      .map((line) => line.split(':')[0] ?? '')
      .filter((word) => word.startsWith(words.at(-1) ?? '')),
  fish: (words) =>
    run('fish', `source ./fish; complete -C '${words.join(' ')}'`).map(
      (line) => line.split('\t')[0] ?? '',
    ),
};

const isInstalled = (shell: string) => spawnSync(shell, ['-c', 'true']).status === 0;

test('bash is among the shells that this is tried with', () => {
  expect(SHELLS.filter(isInstalled)).toContain('bash');
});

describe.each(SHELLS.filter(isInstalled))('%s', (shell) => {
  const offers = (...words: string[]) => offered[shell](['techorda', ...words]);

  test('offers the commands, and those below a command', () => {
    expect(offers('')).toEqual(expect.arrayContaining(['start', 'ingest', 'keys', 'completion']));
    expect(offers('re').sort()).toEqual(['reconcile', 'refresh', 'release', 'restore']);
    expect(offers('keys', '')).toEqual(expect.arrayContaining(['create', 'list', 'revoke']));
    expect(offers('keys', '')).not.toContain('start');
  });

  test('offers the options of the command that is being written', () => {
    expect(offers('quarantine', 'discard', '--')).toEqual(
      expect.arrayContaining(['--code', '--by', '--why', '--help']),
    );
    expect(offers('keys', 'create', '--tru')).toEqual(['--trusted-only']);
    expect(offers('keys', 'create', '--name', 'list', '--tru')).toEqual(['--trusted-only']);
  });

  test('offers files where a file is meant, and nothing where a text is', () => {
    expect(offers('ingest', 'du')).toEqual(['dump.ndjson']);
    expect(offers('demo', '--out', 'du')).toEqual(['dump.ndjson']);
    expect(offers('keys', 'create', '--name', '')).toEqual([]);
    expect(offers('completion', 'z')).toEqual(['zsh']);
  });
});
