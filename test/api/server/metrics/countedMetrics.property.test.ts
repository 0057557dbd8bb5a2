import fc from 'fast-check';
import { Counter, Histogram, Registry } from 'prom-client';
import { countingBy } from '../../../../src/api/server/metrics/countingBy';
import { durationsBy } from '../../../../src/api/server/metrics/durations';

const name = 'asked';
const help = 'What is asked.';

test('durations are told as the histogram of the library tells them', async () => {
  const buckets = [0.005, 0.1, 1, 30];
  const taken = fc.record({
    route: fc.constantFrom('/graphql', '/export/:file', 'a "quoted"\nroute'),
    seconds: fc.oneof(fc.double({ min: 0, max: 40, noNaN: true }), fc.constantFrom(...buckets)),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(taken, { maxLength: 50 }), async (all) => {
      const [theirs, ours] = [new Registry(), new Registry()];
      const configuration = { name, help, labelNames: ['route'], buckets };
      const histogram = new Histogram({ ...configuration, registers: [theirs] });
      const durationsOf = durationsBy({ ...configuration, registers: [ours] });
      const counting = new Map<string, (seconds: number) => void>();
      for (const { route, seconds } of all) {
        histogram.observe({ route }, seconds);
        const count = counting.get(route) ?? durationsOf({ route });
        counting.set(route, count);
        count(seconds);
      }
      expect(await ours.metrics()).toBe(await theirs.metrics());
    }),
  );
});

test('what is counted by a label is told as the counter of the library tells it, however often', async () => {
  const outcome = fc.constantFrom('ok', 'NOT_FOUND', 'a "quoted"\noutcome');
  await fc.assert(
    fc.asyncProperty(fc.array(outcome, { maxLength: 50 }), async (all) => {
      const [theirs, ours] = [new Registry(), new Registry()];
      const counter = new Counter({ name, help, labelNames: ['outcome'], registers: [theirs] });
      const count = countingBy('outcome', { name, help, registers: [ours] });
      for (const each of all) {
        counter.inc({ outcome: each });
        count(each);
        expect(await ours.metrics()).toBe(await theirs.metrics());
      }
    }),
    { numRuns: 30 },
  );
});
