const { availableParallelism } = require('node:os');

/**
 * Both sides work: the test files, and the one PostgreSQL that serves them all. Fewer than two files at
 * once leave a core idle while the other side works; many more want more connections than it has.
 */
const workers = Math.min(Math.max(availableParallelism() - 1, 2), 8);

/**
 * Jest runs tests in a context of its own, where each look at a global is slow unless it is given to modules
 * like this. Not so what tests replace, such as clocks, and what packages declare anew, such as Buffer.
 */
const quickGlobals = [
  ...['Array', 'BigInt', 'Boolean', 'Error', 'JSON', 'Map', 'Math', 'Number', 'Object'],
  ...['Promise', 'RegExp', 'Set', 'String', 'Symbol'],
];

/** @type {import('jest').Config} */
module.exports = {
  testEnvironment: 'node',
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  // They need a browser: npm run test:browser.
  testPathIgnorePatterns: ['/node_modules/', '<rootDir>/test/browser/'],
  transform: { '^.+\\.ts$': '@swc/jest' },
  // No test is a stopwatch: this ends what hangs, and not what a busy machine holds up.
  testTimeout: 180_000,
  maxWorkers: workers,
  sandboxInjectedGlobals: quickGlobals,
  globalSetup: '<rootDir>/test/support/jest/globalSetup.ts',
  globalTeardown: '<rootDir>/test/support/jest/globalTeardown.ts',
};
