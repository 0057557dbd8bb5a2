import fc from 'fast-check';
import { LatestOfEach } from '../../../../src/api/server/live/latestOfEach';

interface Word {
  readonly of: number;
  readonly at: number;
}

const wordsFor = (most: number) =>
  new LatestOfEach<Word>(
    ({ of }) => String(of),
    most,
    () => undefined,
  );

test('who reads slowly gets the newest word of each of the newest things, in their order', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(6)), fc.integer({ min: 1, max: 4 }), async (said, most) => {
      const words = wordsFor(most);
      said.forEach((of, at) => words.push({ of, at }));
      words.end();
      const taken: Word[] = [];
      for await (const word of words) taken.push(word);
      const newest = new Map(said.map((of, at) => [of, at]));
      const expected = [...newest].map(([of, at]) => ({ of, at })).sort((a, b) => a.at - b.at);
      expect(taken).toEqual(expected.slice(-most));
    }),
  );
});

test('who waits gets each word', async () => {
  const words = wordsFor(1);
  const taken = [words.next(), words.next(), words.next()];
  words.push({ of: 1, at: 0 });
  words.push({ of: 1, at: 1 });
  words.end();
  expect(await Promise.all(taken)).toEqual([
    { done: false, value: { of: 1, at: 0 } },
    { done: false, value: { of: 1, at: 1 } },
    { done: true, value: undefined },
  ]);
  words.push({ of: 1, at: 2 });
  expect(await words.next()).toEqual({ done: true, value: undefined });
});
