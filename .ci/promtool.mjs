import { execFileSync, spawnSync } from 'node:child_process';

/** Runs promtool, which Debian's package of Prometheus brings. Throws where it ends with an error. */
export function promtool(given, input = '') {
  if (spawnSync('promtool', ['--version']).error) {
    const quietly = { stdio: ['ignore', 'ignore', 'inherit'] };
    execFileSync('apt-get', ['update', '-qq'], quietly);
    const wanted = ['install', '-y', '-qq', '--no-install-recommends', 'prometheus'];
    execFileSync('apt-get', wanted, quietly);
  }
  execFileSync('promtool', given, { input, stdio: ['pipe', 'inherit', 'inherit'] });
}
