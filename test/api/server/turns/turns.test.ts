import fc from 'fast-check';
import { endingUnlessLeft } from '../../../../src/api/server/answers/ownTurn';
import { NoTurn, TurnLeft, type Turn } from '../../../../src/api/server/turns/turn';
import type { TurnLimits, TurnPatience } from '../../../../src/api/server/turns/turnLimits';
import { Turns } from '../../../../src/api/server/turns/turns';

/** Whoever asked is there for the whole test. */
const PATIENCE: TurnPatience = { forOthers: 60_000, forOwn: 60_000, presence: 60_000 };
const LIMITS: TurnLimits = {
  all: { ofAll: 5, alone: 4, beside: 2 },
  dear: { ofAll: 3, alone: 2, beside: 1 },
  waiting: 3,
};

/** Limits of so many for all, and of so many for each, whether alone or not. */
const plain = (ofAll: number, ofOne: number, waiting = 9): TurnLimits => {
  const lanes = { ofAll, alone: ofOne, beside: ofOne };
  return { all: lanes, dear: lanes, waiting };
};

/** Takes turns, and knows whose have begun, in the order in which they did. */
function watched(limits = LIMITS, patience = PATIENCE) {
  const turns = new Turns(limits, patience);
  const begun: string[] = [];
  const left: unknown[] = [];
  const watch = (turn: Turn, name: string): Turn => {
    if (!turn.begun) begun.push(name);
    else {
      turn.begun.then(
        () => begun.push(name),
        (error: unknown) => left.push(error),
      );
    }
    return turn;
  };
  return {
    begun,
    left,
    take: (caller: string, name = caller) => watch(turns.take(caller), name),
    takeDear: (caller: string, name = caller) => watch(turns.take(caller, true), name),
  };
}
const settled = () => new Promise((resolve) => setImmediate(resolve));

test('a caller alone has nearly all, and one who comes then need not wait', () => {
  const { take, begun } = watched();
  for (const name of ['a', 'a', 'a', 'a', 'a', 'b']) take(name);
  expect(begun).toEqual(['a', 'a', 'a', 'a', 'b']);
});

test('a caller has its share at once and waits with the rest while others ask', () => {
  const { take, begun } = watched();
  for (const name of ['b', 'a', 'a', 'a', 'b', 'b', 'c', 'd']) take(name);
  expect(begun).toEqual(['b', 'a', 'a', 'b', 'c']);
});

test('what a caller holds beyond its share since it was alone it gives to others as it ends', async () => {
  const { take, begun } = watched();
  const held = ['a1', 'a2', 'a3', 'a4', 'a5'].map((name) => take('a', name));
  for (const name of ['b1', 'b2', 'c1']) take(name.slice(0, 1), name);
  for (const turn of held.slice(0, 2)) turn.end();
  await settled();
  expect(begun).toEqual(['a1', 'a2', 'a3', 'a4', 'b1', 'b2', 'c1']);
  // Of the next two one is its own again: then it holds its share of two.
  held[2]?.end();
  held[3]?.end();
  await settled();
  expect(begun.slice(7)).toEqual(['a5']);
});

test('a caller is alone again when the others have not asked for a while', async () => {
  const { take, begun } = watched(LIMITS, { ...PATIENCE, presence: 5 });
  const other = take('b');
  for (let time = 0; time < 4; time += 1) take('a');
  expect(begun).toEqual(['b', 'a', 'a']);
  other.end();
  while (begun.length < 5) await settled();
  expect(begun).toEqual(['b', 'a', 'a', 'a', 'a']);
});

test('a caller that asks one request after another is there between them', async () => {
  const { take, begun } = watched();
  take('b').end();
  for (let time = 0; time < 3; time += 1) take('a');
  await settled();
  expect(begun).toEqual(['b', 'a', 'a']);
});

test('dear requests of a caller wait for one another, and its cheap ones pass by', async () => {
  const { take, takeDear, begun } = watched();
  take('b').end();
  const first = takeDear('a', 'dear 1');
  takeDear('a', 'dear 2');
  take('a', 'cheap');
  expect(begun).toEqual(['b', 'dear 1', 'cheap']);
  first.end();
  await settled();
  expect(begun.slice(3)).toEqual(['dear 2']);
});

test('dear requests of many callers leave connections to cheap ones', () => {
  const { take, takeDear, begun } = watched();
  for (const name of ['a', 'b', 'c', 'd']) takeDear(name, `dear ${name}`);
  take('e');
  take('f');
  expect(begun).toEqual(['dear a', 'dear b', 'dear c', 'e', 'f']);
});

test('who waits is served caller by caller, however many one of them has waiting', async () => {
  const { take, begun } = watched(plain(2, 2));
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
  const turns = Array.from({ length: 7 }, () => take('a'));
  expect(() => take('a')).toThrow(new NoTurn('of own'));
  take('b');
  expect(begun).toEqual(['a', 'a', 'a', 'a', 'b']);
  // Who leaves makes room for another.
  turns[6]?.end();
  expect(() => take('a')).not.toThrow();
  await settled();
});

test('who leaves the queue takes nobody else’s turn along, and ending twice frees one', async () => {
  const { take, begun, left } = watched(plain(1, 1));
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
  const { take, left } = watched(plain(2, 1), { ...PATIENCE, forOthers: 5, forOwn: 10 });
  for (const name of ['a', 'a', 'b', 'c']) take(name);
  while (left.length < 2) await settled();
  expect(left).toContainEqual(new NoTurn('of own'));
  expect(left).toContainEqual(new NoTurn('of others'));
});

test('a dear request waits for those of others as long as for its own', async () => {
  const limits = { ...LIMITS, dear: { ofAll: 1, alone: 1, beside: 1 } };
  const { takeDear, begun, left } = watched(limits, { ...PATIENCE, forOthers: 5 });
  const held = takeDear('a');
  takeDear('b');
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect([begun, left]).toEqual([['a'], []]);
  held.end();
  await settled();
  expect(begun).toEqual(['a', 'b']);
});

interface Open {
  readonly caller: string;
  readonly turn: Turn;
  running: boolean;
  gone: boolean;
}

test('whatever comes and goes, no limit is passed and nobody waits for what is free', async () => {
  const step = fc.record({
    caller: fc.constantFrom('a', 'b', 'c', 'd'),
    isDear: fc.boolean(),
    ends: fc.option(fc.nat(20)),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
      const turns = new Turns(LIMITS, PATIENCE);
      const open: Open[] = [];
      const there = () => open.filter(({ gone }) => !gone);
      const heldBy = (caller?: string) => {
        const held = there().filter((each) => each.running);
        const own = held.filter((each) => caller === undefined || each.caller === caller);
        return { all: own.length, dear: own.filter(({ turn }) => turn.isDear).length };
      };
      const present = new Set<string>();
      for (const { caller, isDear, ends } of steps) {
        const before = new Map([...present].map((name) => [name, heldBy(name)]));
        const some = ends === null ? undefined : open[ends];
        if (some) {
          some.turn.end();
          some.gone = true;
        } else {
          present.add(caller);
          try {
            const turn = turns.take(caller, isDear);
            const taken: Open = { caller, turn, running: !turn.begun, gone: false };
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
        const all = heldBy();
        expect(all.all).toBeLessThanOrEqual(LIMITS.all.ofAll);
        expect(all.dear).toBeLessThanOrEqual(LIMITS.dear.ofAll);
        const share = present.size > 1 ? 'beside' : 'alone';
        for (const name of present) {
          const held = heldBy(name);
          // What it held beyond its share before others came it may go on to hold.
          const was = before.get(name) ?? { all: 0, dear: 0 };
          expect(held.all).toBeLessThanOrEqual(Math.max(was.all, LIMITS.all[share]));
          expect(held.dear).toBeLessThanOrEqual(Math.max(was.dear, LIMITS.dear[share]));
          const waiting = there().filter((each) => each.caller === name && !each.running);
          expect(waiting.length).toBeLessThanOrEqual(LIMITS.waiting);
          const isFree = all.all < LIMITS.all.ofAll && held.all < LIMITS.all[share];
          const isLaneFree = all.dear < LIMITS.dear.ofAll && held.dear < LIMITS.dear[share];
          const served = waiting.filter(({ turn }) => isFree && (!turn.isDear || isLaneFree));
          expect(served).toEqual([]);
        }
      }
      for (const { turn } of open) turn.end();
    }),
  );
});

test('a turn ends with its work, also where that fails, unless it is left to somebody', async () => {
  const { take, begun } = watched(plain(1, 1));
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
