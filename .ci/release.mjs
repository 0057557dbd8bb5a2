// Packs the product and installs it in both ways that docs/deployment.md names, in empty folders: each must
// begin with demonstration data, answer, and end when it is told to. Ends with status 1 where it does not.
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promtool } from './promtool.mjs';

const MINUTE = 60_000;
const folder = mkdtempSync(join(tmpdir(), 'techorda-release-'));
chmodSync(folder, 0o755);

// This may itself be run by npm, which leaves settings of its own in the environment.
const environment = Object.fromEntries(
  Object.entries(process.env).filter(
    ([name]) => !name.startsWith('npm_') && name !== 'DATABASE_URL',
  ),
);

function run(cwd, command, ...given) {
  console.log(`${command} ${given.join(' ')}`);
  const options = { cwd, env: environment, encoding: 'utf8', timeout: 8 * MINUTE };
  return execFileSync(command, given, { ...options, stdio: ['ignore', 'pipe', 'inherit'] });
}

/** npm may end before what it started. */
async function expectEnd(address) {
  for (let seconds = 0; seconds < 15; seconds += 1) {
    const answers = await fetch(address).then(
      () => true,
      () => false,
    );
    if (!answers) return;
    await pause(1_000);
  }
  throw new Error('It still answers 15 s after SIGTERM.');
}

async function expectAnswers(cwd, command, ...given) {
  console.log(`${command} ${given.join(' ')}`);
  const child = spawn(command, given, {
    cwd,
    env: { ...environment, PORT: '0', LOG_LEVEL: 'warn' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  const tooLate = setTimeout(() => child.kill('SIGKILL'), 5 * MINUTE);
  try {
    let said = '';
    for await (const chunk of child.stdout) {
      said += chunk;
      if (/^Health .*$/m.test(said)) break;
    }
    const [, address] = /^Explorer\s+(\S+)$/m.exec(said) ?? [];
    if (address === undefined) throw new Error(`It did not begin. It said:\n${said}`);
    for (const path of ['', 'readyz', 'metrics']) {
      const answer = await fetch(address + path);
      const text = await answer.text();
      if (!answer.ok) throw new Error(`/${path} is answered by ${answer.status}; expected 200.`);
      if (path === 'metrics') promtool(['check', 'metrics'], text);
    }
    child.kill('SIGTERM');
    await ended;
    await expectEnd(address);
  } finally {
    clearTimeout(tooLate);
    child.kill('SIGKILL');
  }
}

try {
  run(process.cwd(), 'npm', 'pack', '--silent', '--pack-destination', folder);
  const { name, version } = JSON.parse(run(process.cwd(), 'npm', 'pkg', 'get', 'name', 'version'));
  const tarball = join(folder, `${name}-${version}.tgz`);

  const installed = join(folder, 'installed');
  mkdirSync(installed);
  run(installed, 'npm', 'install', '--prefer-offline', '--no-progress', tarball);
  await expectAnswers(installed, 'npx', 'techorda', 'start', '--scale', '0.01');

  const unpacked = join(folder, 'package');
  run(folder, 'tar', 'xzf', tarball);
  run(unpacked, 'npm', 'ci', '--omit=dev', '--prefer-offline', '--no-progress');
  await expectAnswers(unpacked, 'npm', 'start', '--', '--scale', '0.01');
} finally {
  rmSync(folder, { recursive: true, force: true });
}
