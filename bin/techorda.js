#!/usr/bin/env node
'use strict';

const path = require('node:path');

process.setSourceMapsEnabled(true);
// From Node 22 on what was compiled is kept for the next start.
require('node:module').enableCompileCache?.();

/** Builds what is not built yet, as after an install whose scripts were blocked, and runs it. */
async function run() {
  const { build } = await import('../build/build.mjs');
  await build((line) => console.error(line));
  require(path.join(__dirname, '..', 'dist', 'cli.js'));
}

run().catch((error) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
