// Asks the API at random for as long as one likes, and twins and planted data with it:
//   npm run fuzz [-- how many questions each test asks]
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
    'test/api/server/fuzz|test/api/access/twins|test/api/access/canaries|test/ground/database/roles',
  ],
  { stdio: 'inherit', env: { ...process.env, FUZZ_RUNS: process.argv[2] ?? '2000' } },
);
process.exitCode = status ?? 1;
