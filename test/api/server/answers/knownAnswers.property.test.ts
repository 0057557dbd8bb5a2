import fc from 'fast-check';
import { AnswerName } from '../../../../src/api/server/answers/answerName';
import { KnownAnswers } from '../../../../src/api/server/answers/knownAnswers';

const answerOf = (dataVersionId: string, bytes: number) => ({
  body: Buffer.alloc(bytes),
  contentType: 'application/json',
  tag: '"tag"',
  cost: 1,
  lookups: 0,
  clearBins: 0,
  shared: false,
  dataVersionId,
});

const named = (text: string) => new AnswerName('all', '*/*', 'search', text);

const action = fc.record({
  kind: fc.constantFrom('turn', 'find', 'keep', 'grow'),
  key: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k', 'l'),
  version: fc.constantFrom('1', '2'),
  bytes: fc.nat(20_000),
});

test('known answers never take more memory than they may, and are only of the version asked for', () => {
  const most = 60_000;
  fc.assert(
    fc.property(fc.array(action, { maxLength: 200 }), (actions) => {
      const known = new KnownAnswers(most);
      for (const { kind, key, version, bytes } of actions) {
        if (kind === 'turn') known.turnTo(version);
        const found = known.find(version, named(key));
        if (found) expect(found.kept.dataVersionId).toBe(version);
        if (kind === 'keep') known.keep(named(key), answerOf(version, bytes));
        if (kind === 'grow' && found) known.grown(named(key), found, bytes);
        expect(known.size).toBeLessThanOrEqual(most);
        expect(known.size).toBeGreaterThanOrEqual(0);
      }
    }),
  );
});

test('the answer that was asked for last outlives those that were not', () => {
  const known = new KnownAnswers(20_000);
  known.turnTo('1');
  known.keep(named('often'), answerOf('1', 1_000));
  for (let number = 0; number < 100; number += 1) {
    known.keep(named(`once ${number}`), answerOf('1', 1_000));
    expect(known.find('1', named('often'))).toBeDefined();
  }
  expect(known.find('1', named('once 0'))).toBeUndefined();
});

test('answers are told apart by all that they are known by, whether asked for just before or long ago', () => {
  const part = fc.constantFrom('', 'one', 'two');
  const name = fc.record({
    visibility: part,
    accept: part,
    by: fc.constantFrom('search' as const, 'body' as const),
    text: part,
  });
  fc.assert(
    fc.property(fc.array(name, { maxLength: 60 }), (asked) => {
      const known = new KnownAnswers(1_000_000);
      const model = new Map<string, unknown>();
      known.turnTo('1');
      for (const each of asked) {
        const { visibility, accept, by, text } = each;
        const answerName = new AnswerName(visibility, accept, by, text);
        const place = JSON.stringify(each);
        expect(known.find('1', answerName)).toBe(model.get(place));
        if (!model.has(place)) model.set(place, known.keep(answerName, answerOf('1', 10)));
      }
      const { size } = known;
      expect(known.find('2', named(''))).toBeUndefined();
      expect(known.size).toBe(size);
      known.turnTo('2');
      expect(known.size).toBe(0);
    }),
  );
});

test('of many answers those go first that were asked for the longest ago', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(19), { minLength: 1, maxLength: 100 }), (asked) => {
      const room = 12;
      const known = new KnownAnswers(room * 10_000);
      known.turnTo('1');
      let order: number[] = [];
      for (const number of asked) {
        const name = named(String(number).padStart(100));
        expect(known.find('1', name) !== undefined).toBe(order.includes(number));
        if (!order.includes(number)) known.keep(name, answerOf('1', 9_000));
        order = [number, ...order.filter((other) => other !== number)].slice(0, room);
      }
    }),
  );
});

test('an answer of another version than the newest is not kept', () => {
  const known = new KnownAnswers(20_000);
  known.turnTo('2');
  known.keep(named('question'), answerOf('1', 10));
  expect(known.find('2', named('question'))).toBeUndefined();
});
