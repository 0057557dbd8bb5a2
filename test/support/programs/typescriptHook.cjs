// Lets a child process of a test run the TypeScript sources: node --require typescriptHook.cjs file.ts
const { transformFileSync } = require('@swc/core');
const Module = require('node:module');
const { join } = require('node:path');

const configFile = join(__dirname, '..', '..', '..', '.swcrc');

require.extensions['.ts'] = (module, path) => {
  module._compile(transformFileSync(path, { configFile }).code, path);
};

// What is loaded late is named by the file that it will be compiled to.
const resolveFilename = Module._resolveFilename;
Module._resolveFilename = function (request, ...rest) {
  const source = /^\.{1,2}\/.*\.js$/.test(request) ? request.slice(0, -'.js'.length) : request;
  return resolveFilename.call(this, rest[0]?.filename?.endsWith('.ts') ? source : request, ...rest);
};
