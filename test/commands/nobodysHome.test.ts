import { spawnSync } from 'node:child_process';
import { chmod, chown, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { projectFolder } from '../../src/ground/projectFolder';

/** A number that no list of users has, as containers and units are run under. */
const STRANGER = 54_321;

function asStranger(args: readonly string[], folder: string) {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    cwd: projectFolder,
    uid: STRANGER,
    gid: STRANGER,
    // Nothing else: neither HOME nor USER.
    env: { PATH: process.env['PATH'], DATA_DIR: join(folder, 'data'), PORT: '0' },
    encoding: 'utf8',
    timeout: 60_000,
  });
  return { status, said: `${stdout}${stderr}` };
}

/** Why it cannot be tried here; undefined where it can. */
function hindrance(): string | undefined {
  if (process.getuid?.() !== 0) return 'only root may become another user';
  const { status } = asStranger(['-e', "require('./package.json')"], tmpdir());
  return status === 0 ? undefined : 'other users may not read this folder';
}

const hindered = hindrance();
const title = 'a user without a name and without a home gets the sentences that all others get';
(hindered === undefined ? test : test.skip)(
  hindered === undefined ? title : `${title} (skipped: ${hindered})`,
  async () => {
    expect(await readFile('/etc/passwd', 'utf8')).not.toContain(`:${STRANGER}:`);
    const folder = await mkdtemp(join(tmpdir(), `techorda-test-${process.pid}-`));
    try {
      await chmod(folder, 0o755);
      await chown(folder, STRANGER, STRANGER);
      const run = (...words: string[]) => [
        words,
        asStranger(['bin/techorda.js', ...words], folder),
      ];
      const noEntry = {
        status: 1,
        said: expect.stringContaining(
          'has a number, but no entry in the list of users (/etc/passwd), which the programs of PostgreSQL need. Give it one,',
        ) as string,
      };
      for (const words of [['start', '--no-demo'], ['serve'], ['worker'], ['migrate']]) {
        expect(run(...words)).toEqual([words, noEntry]);
      }
      const noWarehouse = {
        status: 1,
        said: expect.stringContaining('There is no warehouse in') as string,
      };
      await rm(join(folder, 'data'), { recursive: true, force: true });
      for (const words of [['status'], ['keys', 'list'], ['reconcile']]) {
        expect(run(...words)).toEqual([words, noWarehouse]);
      }
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
  120_000,
);
