// Lets a child process of a test run the TypeScript sources: node --require typescriptHook.cjs file.ts
const { transformFileSync } = require('@swc/core');
const { join } = require('node:path');

const configFile = join(__dirname, '..', '..', '.swcrc');

require.extensions['.ts'] = (module, path) => {
  module._compile(transformFileSync(path, { configFile }).code, path);
};
