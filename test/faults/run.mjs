// Tries every fault often and on much data, and writes the figures of docs/operations.md:
//   npm run faults [-- a part of a file's name]
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';

const jest = createRequire(import.meta.url).resolve('jest/bin/jest');
const { status } = spawnSync(
  process.execPath,
  [
    jest,
    '--runInBand',
    '--verbose',
    '--testPathPatterns',
    `test/faults/.*${process.argv[2] ?? ''}`,
  ],
  { stdio: 'inherit', env: { ...process.env, FAULTS: 'thorough' }, timeout: 45 * 60_000 },
);
process.exitCode = status ?? 1;
