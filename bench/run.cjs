'use strict';
// Runs a benchmark that is written in TypeScript: node bench/run.cjs NAME [arguments]
const { readFileSync } = require('node:fs');
const { join } = require('node:path');
const { transformSync } = require('@swc/core');

const options = JSON.parse(readFileSync(join(__dirname, '..', '.swcrc'), 'utf8'));
require.extensions['.ts'] = (module, filename) => {
  const { code } = transformSync(readFileSync(filename, 'utf8'), {
    ...options,
    filename,
    swcrc: false,
  });
  module._compile(code, filename);
};

const [name] = process.argv.splice(2, 1);
if (name === undefined) {
  console.error('Name a benchmark: node bench/run.cjs warehouse');
  process.exit(2);
}
require(join(__dirname, `${name}.ts`));
