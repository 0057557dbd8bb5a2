import { createHash } from 'node:crypto';
import type { Demonstration } from '../../src/demo/generateEvents';
import { dumpLine, generateEvents } from '../../src/demo/generateEvents';
import { figuresFromEvents } from './figuresFromEvents';

function hashOf(options: Demonstration): string {
  const hash = createHash('sha256');
  for (const record of generateEvents(options)) hash.update(`${dumpLine(record)}\n`);
  return hash.digest('hex').slice(0, 16);
}

describe('generating the demonstration data', () => {
  test('the same scale gives the same bytes', () => {
    expect(hashOf({ scale: 0.03 })).toBe(hashOf({ scale: 0.03 }));
    // Change it knowingly: a database filled with other bytes has other figures.
    expect(hashOf({ scale: 0.02 })).toBe('154c99861410b5ef');
  });

  test('an absent scale is a tenth', () => {
    const [first] = generateEvents();
    expect(first).toEqual([...generateEvents({ scale: 0.1 })][0]);
  });

  test('a line is what kcat prints of the record', () => {
    const [line] = [...generateEvents({ scale: 0.01 })].map(dumpLine);
    expect(JSON.parse(String(line))).toEqual({
      topic: 'demo.public.account_company',
      partition: expect.any(Number),
      offset: 0,
      tstype: 'create',
      ts: Date.parse('2025-06-20T08:00:00.500Z'),
      broker: 1,
      key: expect.stringContaining('"id":1'),
      payload: expect.stringContaining('"op":"c"'),
    });
  });

  test('time does not go back, apart from the source', () => {
    let before = 0;
    let steps = 0;
    for (const { ts } of generateEvents({ scale: 0.02 })) {
      if (ts < before) steps += 1;
      before = ts;
    }
    expect(steps).toBe(0);
  });

  test('broken records may be sprinkled in, and stand apart from the rest', () => {
    const whole = [...generateEvents({ scale: 0.02 })];
    const sprinkled = [...generateEvents({ scale: 0.02, broken: true })];
    const payloads = new Set(whole.map(({ payload }) => payload));
    const broken = sprinkled.filter(({ payload }) => !payloads.has(payload));
    expect(broken).toHaveLength(Math.floor(whole.length / 500));
    const rest = sprinkled.filter((record) => !broken.includes(record));
    expect(figuresFromEvents(rest).figures).toEqual(figuresFromEvents(whole).figures);
  });
});
