#!/usr/bin/env node
'use strict';

const os = require('node:os');
const path = require('node:path');

process.setSourceMapsEnabled(true);
// From Node 22 on what was compiled is kept for the next start.
require('node:module').enableCompileCache?.();

/**
 * Packages look for files of the user's as they are loaded, and fail where nothing says where: not HOME, and not the
 * list of users, in which a number that a container runs under need not stand. Nobody can put a file there.
 */
function nameHome() {
  try {
    os.homedir();
  } catch {
    process.env.HOME = '/nonexistent';
  }
}

/** Builds what is not built yet, as after an install whose scripts were blocked, and runs it. */
async function run() {
  nameHome();
  const { build } = await import('../build/build.mjs');
  await build((line) => console.error(line));
  require(path.join(__dirname, '..', 'dist', 'cli.js'));
}

run().catch((error) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
