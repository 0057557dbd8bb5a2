/**
 * npm runs this after each install in a checkout or in an unpacked release. A release has its dist and no
 * sources. With --omit=dev a checkout has no compiler: that is no failure of the install, and the
 * command says so when it is run.
 */
import { build } from './build.mjs';

try {
  await build((line) => console.error(line));
} catch (error) {
  if (error.cause?.code !== 'ERR_MODULE_NOT_FOUND') throw error;
  console.error(`Not built: ${error.message}`);
}
