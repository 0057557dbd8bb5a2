import fc from 'fast-check';
import { endingUnlessLeft } from '../../../src/api/server/answers/ownTurn';
import { NoTurn, TurnLeft, Turns, type Turn } from '../../../src/api/server/turns/turns';

const PATIENCE = { forOthers: 60_000, forOwn: 60_000 };
const LIMITS = { ofAll: 4, ofOne: 2, waiting: 3 };

/** Takes turns, and knows whose have begun, in the order in which they did. */
function watched(limits = LIMITS, patience = PATIENCE) {
  const turns = new Turns(limits, patience);
  const begun: string[] = [];
  const left: unknown[] = [];
  return {
    begun,
    left,
    take(caller: string, name = caller): Turn {
      const turn = turns.take(caller);
      if (!turn.begun) begun.push(name);
      else {
        turn.begun.then(
          () => begun.push(name),
          (error: unknown) => left.push(error),
        );
      }
      return turn;
    },
  };
}
const settled = () => new Promise((resolve) => setImmediate(resolve));

test('a caller has its share at once and waits with the rest, while others are served', () => {
  const { take, begun } = watched();
  for (const name of ['a', 'a', 'a', 'b', 'b', 'c']) take(name);
  expect(begun).toEqual(['a', 'a', 'b', 'b']);
});

test('who waits is served caller by caller, however many one of them has waiting', async () => {
  const { take, begun } = watched({ ofAll: 2, ofOne: 2, waiting: 9 });
  const names = ['a1', 'a2', 'a3', 'a4', 'a5', 'b1', 'b2', 'c1'];
  const turns = new Map(names.map((name) => [name, take(name.slice(0, 1), name)]));
  for (let ended = 0; ended < names.length; ended += 1) {
    turns.get(begun[ended] ?? '')?.end();
    await settled();
  }
  expect(begun).toEqual(['a1', 'a2', 'b1', 'c1', 'a3', 'b2', 'a4', 'a5']);
});

test('a caller with as many waiting as may wait is refused, and others are not', async () => {
  const { take, begun } = watched();
  const turns = Array.from({ length: 5 }, () => take('a'));
  expect(() => take('a')).toThrow(new NoTurn('of own'));
  take('b');
  expect(begun).toEqual(['a', 'a', 'b']);
  // Who leaves makes room for another.
  turns[4]?.end();
  expect(() => take('a')).not.toThrow();
  await settled();
});

test('who leaves the queue takes nobody else’s turn along, and ending twice frees one', async () => {
  const { take, begun, left } = watched({ ofAll: 1, ofOne: 1, waiting: 9 });
  const held = take('a', 'a1');
  const gone = take('a', 'a2');
  take('b', 'b1');
  take('a', 'a3');
  gone.end();
  held.end();
  held.end();
  await settled();
  expect(begun).toEqual(['a1', 'b1']);
  expect(left).toEqual([new TurnLeft()]);
});

test('who waits too long learns whether its own requests or those of others were in its way', async () => {
  const { take, left } = watched({ ofAll: 2, ofOne: 1, waiting: 9 }, { forOthers: 5, forOwn: 10 });
  for (const name of ['a', 'a', 'b', 'c']) take(name);
  while (left.length < 2) await settled();
  expect(left).toContainEqual(new NoTurn('of own'));
  expect(left).toContainEqual(new NoTurn('of others'));
});

test('whatever comes and goes, no limit is passed and nobody waits for what is free', async () => {
  const step = fc.record({
    caller: fc.constantFrom('a', 'b', 'c'),
    ends: fc.option(fc.nat(20)),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
      const turns = new Turns(LIMITS, PATIENCE);
      const open: { caller: string; turn: Turn; running: boolean; gone: boolean }[] = [];
      for (const { caller, ends } of steps) {
        const some = ends === null ? undefined : open[ends];
        if (some) {
          some.turn.end();
          some.gone = true;
        } else {
          try {
            const turn = turns.take(caller);
            const taken = { caller, turn, running: !turn.begun, gone: false };
            turn.begun?.then(
              () => (taken.running = true),
              () => undefined,
            );
            open.push(taken);
          } catch (error) {
            expect(error).toEqual(new NoTurn('of own'));
          }
        }
        await settled();
        const there = open.filter(({ gone }) => !gone);
        const running = there.filter((each) => each.running);
        expect(running.length).toBeLessThanOrEqual(LIMITS.ofAll);
        for (const name of ['a', 'b', 'c']) {
          const own = there.filter((each) => each.caller === name);
          const ownRunning = own.filter((each) => each.running).length;
          expect(ownRunning).toBeLessThanOrEqual(LIMITS.ofOne);
          expect(own.length - ownRunning).toBeLessThanOrEqual(LIMITS.waiting);
          if (own.length > ownRunning && ownRunning < LIMITS.ofOne) {
            expect(running.length).toBe(LIMITS.ofAll);
          }
        }
      }
      for (const { turn } of open) turn.end();
    }),
  );
});

test('a turn ends with its work, also where that fails, unless it is left to somebody', async () => {
  const { take, begun } = watched({ ofAll: 1, ofOne: 1, waiting: 9 });
  const [answered, failed, left] = [take('a'), take('b'), take('c')];
  take('d');
  expect(await endingUnlessLeft(answered, async () => 'answered')).toBe('answered');
  await settled();
  const failure = new Error('It failed.');
  await expect(endingUnlessLeft(failed, () => Promise.reject(failure))).rejects.toBe(failure);
  await settled();
  await endingUnlessLeft(left, async () => ({ turn: left }));
  await settled();
  expect(begun).toEqual(['a', 'b', 'c']);
  left.end();
  await settled();
  expect(begun).toEqual(['a', 'b', 'c', 'd']);
});
