import { serveTest, type ServedDatabase } from '../support';

let served: ServedDatabase;
beforeAll(async () => {
  served = await serveTest({ product: true });
});
afterAll(() => served.stop());

const everyMatch = (text: string, pattern: RegExp) => [...text.matchAll(pattern)];

test('counters alone are named _total, each metric has a help text, and durations are in seconds', async () => {
  const shown = await (await fetch(`${served.url}/metrics`)).text();
  const types = everyMatch(shown, /^# TYPE (\S+) (\S+)$/gm).map(([, name = '', type]) => [
    name,
    type,
  ]);
  expect(types.length).toBeGreaterThan(20);
  expect(types.filter(([name, type]) => name?.endsWith('_total') !== (type === 'counter'))).toEqual(
    [],
  );
  const helped = everyMatch(shown, /^# HELP (\S+) \S/gm).map(([, name]) => name);
  expect(helped).toEqual(types.map(([name]) => name));
  expect(types.filter(([name]) => /_(ms|milliseconds|minutes)(_|$)/.test(name ?? ''))).toEqual([]);
});
