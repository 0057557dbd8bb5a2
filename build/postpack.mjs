/** A checkout has package-lock.json; beside npm-shrinkwrap.json npm would no longer look at it. */
import { rmSync } from 'node:fs';
import { shrinkwrap } from './folders.mjs';

rmSync(shrinkwrap, { force: true });
