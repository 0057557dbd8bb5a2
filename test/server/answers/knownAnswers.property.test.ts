import fc from 'fast-check';
import { KnownAnswers } from '../../../src/server/answers/knownAnswers';

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

const action = fc.record({
  kind: fc.constantFrom('find', 'keep', 'grow'),
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
        const found = known.find(version, key);
        if (found) expect(found.kept.dataVersionId).toBe(version);
        if (kind === 'keep') known.keep(key, answerOf(version, bytes));
        if (kind === 'grow' && found) known.grown(key, found, bytes);
        expect(known.size).toBeLessThanOrEqual(most);
        expect(known.size).toBeGreaterThanOrEqual(0);
      }
    }),
  );
});

test('the answer that was asked for last outlives those that were not', () => {
  const known = new KnownAnswers(20_000);
  known.find('1', 'often');
  known.keep('often', answerOf('1', 1_000));
  for (let number = 0; number < 100; number += 1) {
    known.keep(`once ${number}`, answerOf('1', 1_000));
    expect(known.find('1', 'often')).toBeDefined();
  }
  expect(known.find('1', 'once 0')).toBeUndefined();
});

test('an answer of another version than the newest is not kept', () => {
  const known = new KnownAnswers(20_000);
  known.find('2', 'question');
  known.keep('question', answerOf('1', 10));
  expect(known.find('2', 'question')).toBeUndefined();
});
