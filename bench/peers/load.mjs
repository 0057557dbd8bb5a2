import autocannon from 'autocannon';
import { performance } from 'node:perf_hooks';
import { setTimeout } from 'node:timers';

/**
 * The load, in a process of its own. Each message asks for one run: so many connections that ask again
 * as soon as they are answered, for so long. The answer: how many, and how long they took.
 */
process.on('message', (run) => {
  load(run).then(
    (figures) => process.send({ figures }),
    (error) => process.send({ failure: String(error) }),
  );
});
process.on('disconnect', () => process.exit(0));

async function load({ url, method, headers, bodies, connections, seconds, expected }) {
  const milliseconds = [];
  const unexpected = new Map();
  let next = Math.floor(Math.random() * bodies.length);
  const request =
    bodies.length < 2
      ? { body: bodies[0] }
      : {
          setupRequest: (made) => {
            next = (next + 1) % bodies.length;
            return { ...made, body: bodies[next] };
          },
        };
  const instance = autocannon({
    url,
    method,
    headers,
    connections,
    duration: 600,
    timeout: 60,
    // How soon it heeds that it shall stop.
    sampleInt: 100,
    requests: [request],
  });
  const begin = performance.now();
  let elapsed = 0;
  instance.on('response', (_, status, __, took) => {
    if (elapsed > 0) return;
    if (status === expected) milliseconds.push(took);
    else unexpected.set(status, (unexpected.get(status) ?? 0) + 1);
  });
  setTimeout(() => {
    elapsed = performance.now() - begin;
    instance.stop();
  }, seconds * 1_000);
  const count = () => milliseconds.length;
  const { errors, timeouts } = await instance;
  if (unexpected.size > 0 || errors > 0) {
    const told = [...unexpected].map(([status, times]) => `${times} times ${status}`).join(', ');
    throw new Error(
      `${errors} errors (${timeouts} timeouts), and instead of ${expected}: ${told || 'nothing'}`,
    );
  }
  milliseconds.sort((one, other) => one - other);
  const at = (share) => milliseconds[Math.min(count() - 1, Math.floor(count() * share))] ?? null;
  return { rate: (count() / elapsed) * 1_000, p50: at(0.5), p99: at(0.99) };
}
