import { PassThrough } from 'node:stream';
import fc from 'fast-check';
import { valuesOf } from '../../../src/ground/database/rows/dataRow';
import { RowTap } from '../../../src/ground/database/rows/rowTap';

interface Message {
  readonly kind: string;
  readonly body: Buffer;
  readonly values?: readonly (Buffer | null)[];
}

const framed = ({ kind, body }: Message) => {
  const header = Buffer.alloc(5);
  header.write(kind, 'latin1');
  header.writeUInt32BE(body.length + 4, 1);
  return Buffer.concat([header, body]);
};

const bytes = (maxLength: number) =>
  fc.uint8Array({ maxLength }).map((values) => Buffer.from(values));

const row = fc.array(fc.option(bytes(40)), { maxLength: 6 }).map((values): Message => {
  const count = Buffer.alloc(2);
  count.writeUInt16BE(values.length);
  const parts = values.flatMap((value) => {
    const length = Buffer.alloc(4);
    length.writeInt32BE(value?.length ?? -1);
    return value ? [length, value] : [length];
  });
  return { kind: 'D', body: Buffer.concat([count, ...parts]), values };
});
const other: fc.Arbitrary<Message> = fc.record({
  kind: fc.constantFrom('C', 'T', 'Z', 'N', '1', '2'),
  body: bytes(30),
});
const conversation = fc.array(fc.oneof(row, other), { maxLength: 12 });
const cuts = fc.array(fc.nat(400), { maxLength: 12 });

function pieces(whole: Buffer, places: readonly number[]): Buffer[] {
  const ends = [...places.filter((place) => place < whole.length), whole.length];
  ends.sort((one, next) => one - next);
  return ends.map((end, index) => whole.subarray(ends[index - 1] ?? 0, end));
}

test('rows come whole and pg reads all else in its order, wherever what is sent is cut', async () => {
  await fc.assert(
    fc.asyncProperty(conversation, cuts, async (messages, places) => {
      const read: Buffer[] = [];
      const tap = new RowTap((some) => void read.push(Buffer.from(some)));
      const rows = await tap.rowsDuring(async () => {
        for (const piece of pieces(Buffer.concat(messages.map(framed)), places)) tap.take(piece);
      });
      const others = messages.filter(({ kind }) => kind !== 'D').map(framed);
      expect(Buffer.concat(read)).toEqual(Buffer.concat(others));
      expect(rows.map(valuesOf)).toEqual(
        messages.flatMap(({ values }) => (values ? [values] : [])),
      );
    }),
    { numRuns: 300 },
  );
});

test('outside of such work pg reads everything, and what had begun when it ended too', async () => {
  const stream = new PassThrough();
  const read: string[] = [];
  stream.on('data', (some: Buffer) => read.push(some.toString('latin1')));
  const tap = RowTap.on(stream);
  stream.write('Danything');
  expect(read.join('')).toBe('Danything');

  await tap.rowsDuring(async () => {
    stream.write('N\0\0');
  });
  stream.write('\0\x05!');
  expect(read.join('')).toBe('DanythingN\0\0\0\x05!');
  expect(() => RowTap.on(new PassThrough())).toThrow('one reader');
});

test('a message whose end comes later belongs to whoever reads then, with all behind it', async () => {
  const tail = framed({ kind: 'N', body: Buffer.from('notice') });
  const done = framed({ kind: 'Z', body: Buffer.from('I') });
  const sent = framed({ kind: 'D', body: Buffer.from([0, 1, 0, 0, 0, 1, 65]) });
  for (const next of ['rows', 'pg'] as const) {
    for (let cut = 1; cut < tail.length; cut += 1) {
      const read: Buffer[] = [];
      const tap = new RowTap((some) => void read.push(Buffer.from(some)));
      await tap.rowsDuring(async () => tap.take(tail.subarray(0, cut)));
      const rest = Buffer.concat([tail.subarray(cut), sent, done]);
      if (next === 'pg') tap.take(rest);
      else {
        const rows = await tap.rowsDuring(async () => tap.take(rest));
        expect(rows.map(valuesOf)).toEqual([[Buffer.from('A')]]);
      }
      const forPg = next === 'pg' ? [tail, sent, done] : [tail, done];
      expect(Buffer.concat(read)).toEqual(Buffer.concat(forPg));
    }
  }
});
