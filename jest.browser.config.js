/** What is tried in a real Chromium, apart from all other tests: `npm run test:browser`. */
const usual = require('./jest.config.js');

/** @type {import('jest').Config} */
module.exports = {
  ...usual,
  testMatch: ['<rootDir>/test/browser/**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/'],
};
