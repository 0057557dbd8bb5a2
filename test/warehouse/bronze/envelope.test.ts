import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { sourceSystems } from '../../../src/warehouse/systems/declaredSystems';
import { readBronzeEvent } from '../../../src/warehouse/bronze/record/bronzeEvent';
import { UNAVAILABLE } from '../../../src/warehouse/bronze/record/requiredColumns';
import { readEnvelope } from '../../../src/warehouse/bronze/record/envelope';
import { fixture } from '../../support/places';

type Json = Readonly<Record<string, unknown>>;

const folder = fixture('debezium');

/** The values of a file of real events, which are other systems': their tables are not ours. */
function realValues(prefix: string): unknown[] {
  const file = readdirSync(folder).find((name) => name.startsWith(prefix)) ?? prefix;
  const text = readFileSync(join(folder, file), 'utf8');
  const texts = file.endsWith('.jsonl') ? text.trim().split('\n') : [text];
  return texts.map((line) => {
    const value = JSON.parse(line) as Json;
    return 'key' in value ? value['value'] : value;
  });
}

function read(value: unknown) {
  return readEnvelope(value, JSON.stringify(value));
}

/** op, lsn and path of each event in a file. */
function told(prefix: string) {
  return realValues(prefix)
    .filter((value) => value !== null)
    .map((value) => {
      const envelope = read(value);
      return [envelope?.op, envelope?.lsn, envelope?.rowPath.join('.')];
    });
}

function rowAt(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((part, name) => (part as Json)[name], value);
}

describe('real events', () => {
  test('of a row’s life with schemas are read from inside the payload', () => {
    expect(told('01')).toEqual([
      ['c', '24901344', 'payload.after'],
      ['u', '24914760', 'payload.after'],
      ['u', '24915608', 'payload.after'],
      ['d', '25011512', 'payload.before'],
      ['c', '25011512', 'payload.after'],
      ['d', '25012328', 'payload.before'],
    ]);
  });

  test('of a snapshot read and of a row with arrays keep every column', () => {
    expect(told('02')).toEqual([['r', '24996360', 'payload.after']]);
    expect(told('03')).toEqual([['c', '24868272', 'payload.after']]);
  });

  test('with the whole row before a delete tell that row', () => {
    expect(told('04')).toEqual([
      ['u', '23738000', 'payload.after'],
      ['d', '23746728', 'payload.before'],
    ]);
    const deleted = read(realValues('04')[1]);
    expect(deleted?.row).toEqual({ id: 1, val: 'ururu' });
  });

  test('of time types keep the time of the source', () => {
    expect(told('05').map(([op]) => op)).toEqual(['r', 'r', 'c', 'c']);
    expect(read(realValues('05')[0])?.sourceTime).toBe(1_662_322_679_784);
  });

  test('without schemas stand at the top, and a delete may have no row at all', () => {
    expect(told('06')).toEqual([
      ['r', '34078720', 'after'],
      ['r', '34078720', 'after'],
      ['u', '34131104', 'after'],
      ['c', '34133072', 'after'],
      ['d', '34133800', 'before'],
    ]);
    expect(read(realValues('06')[4])?.row).toBeUndefined();
  });

  test('with a payload but no schema beside it are unwrapped too', () => {
    expect(told('07')).toEqual([['c', '34466480', 'payload.after']]);
  });

  test('of the manual show each op, and a truncate and a message have no row', () => {
    expect(told('08')).toEqual([
      ['c', '24023128', 'payload.after'],
      ['u', '24023128', 'payload.after'],
      ['d', '46523128', 'payload.before'],
      ['t', '46523128', 'payload.after'],
      ['m', '46523128', 'payload.after'],
      ['m', '46523128', 'payload.after'],
    ]);
    const rows = realValues('08').map((value) => read(value)?.row);
    expect(rows.slice(3)).toEqual([undefined, undefined, undefined]);
  });

  test('flattened by ExtractNewRecordState are the row itself, and "false" is not deleted', () => {
    const [value] = realValues('09');
    const envelope = read(value);
    expect([envelope?.op, envelope?.lsn, envelope?.rowPath]).toEqual([
      'r',
      '33832960',
      ['payload'],
    ]);
    expect(envelope?.row).toMatchObject({ id: 10_003, quantity: 2 });
    expect(envelope?.sourceTime).toBe(1_596_309_876_678);
  });

  test('have their row where the path says, for every file', () => {
    for (const prefix of ['01', '02', '03', '04', '05', '06', '07', '08', '09']) {
      for (const value of realValues(prefix)) {
        if (value === null) continue;
        const envelope = read(value);
        if (envelope?.row === undefined) continue;
        expect(rowAt(value, envelope.rowPath)).toBe(envelope.row);
      }
    }
  });
});

const source = { ts_ms: 1_767_573_379_428, lsn: 77, snapshot: 'false', table: 'account_company' };
const row = { id: 5, name: 'ТОО «Ромашка»', tin: '010240000011' };

/** What Bronze makes of a record of account_company with this key and value. */
function companyEvent(key: unknown, value: unknown) {
  const text = (part: unknown) => (part === null ? null : JSON.stringify(part));
  return readBronzeEvent({
    topic: 'techorda.public.account_company',
    partition: 0,
    offset: 1,
    timestamp: undefined,
    key: text(key),
    payload: text(value),
  });
}

describe('a key and a value', () => {
  const envelope = { before: null, after: row, source, op: 'u' };
  const flattened = {
    ...row,
    __op: 'u',
    __lsn: 77,
    __source_ts_ms: source.ts_ms,
    __deleted: 'false',
  };
  const wrapped = (payload: unknown) => ({ schema: { type: 'struct' }, payload });

  test.each([
    ['an envelope', envelope, ['after']],
    ['an envelope in a schema', wrapped(envelope), ['payload', 'after']],
    ['a flattened row', flattened, []],
    ['a flattened row in a schema', wrapped(flattened), ['payload']],
  ])('say the same as %s, with the key wrapped or not', (_, value, rowPath) => {
    for (const key of [{ id: 5 }, wrapped({ id: 5 })]) {
      expect(companyEvent(key, value)).toMatchObject({
        table: sourceSystems().table('account_company'),
        op: 'u',
        keyId: 5,
        lsn: '77',
        sourceTime: source.ts_ms,
        rowPath,
        unavailable: undefined,
      });
    }
  });

  test('of a deleted row are a delete in every form', () => {
    const none = { ...envelope, op: 'd', after: null };
    const deletes = [
      { ...none, before: { id: 5 } },
      { ...none, before: { id: 5, name: '', tin: null } },
      { ...none, before: row },
      none,
      wrapped({ ...none, before: row }),
      { id: 5, name: '', __op: 'd', __lsn: 77, __deleted: 'true' },
      { id: 5, __op: 'u', __lsn: 77, __deleted: 'true' },
      { id: 5, __op: 'd', __lsn: 77, __deleted: true },
    ];
    for (const value of deletes) {
      expect(companyEvent({ id: 5 }, value)).toMatchObject({ op: 'd', keyId: 5, lsn: '77' });
    }
  });

  test('of a tombstone mean nothing more, wrapped or not, with a key or without', () => {
    for (const value of [null, wrapped(null)]) {
      expect(companyEvent({ id: 5 }, value)).toMatchObject({ op: undefined, keyId: 5 });
      expect(companyEvent(null, value)).toMatchObject({ op: undefined, keyId: undefined });
    }
  });

  test('of a truncate or a message need no key, and name none', () => {
    for (const op of ['t', 'm']) {
      const values = [
        { op, source },
        wrapped({ op, source, message: { prefix: 'x', content: '' } }),
        { __op: op, __lsn: 77, __source_ts_ms: source.ts_ms, __deleted: 'true' },
      ];
      for (const value of values) {
        for (const key of [null, { prefix: 'x' }, { id: 5 }]) {
          expect(companyEvent(key, value)).toMatchObject({ op, keyId: undefined, lsn: '77' });
        }
      }
    }
  });

  test('tell the columns whose value was not logged', () => {
    const large = { ...row, name: UNAVAILABLE, remarks: UNAVAILABLE };
    const values = [
      { ...envelope, after: large },
      { ...flattened, ...large },
    ];
    for (const value of values) {
      expect(companyEvent({ id: 5 }, value).unavailable).toEqual(['name', 'remarks']);
    }
  });
});

describe('the position in the log', () => {
  const positioned = (position: Json) => read({ after: row, op: 'u', source: position })?.lsn;

  test('is source.lsn, a number or a text', () => {
    expect(positioned({ lsn: 23_738_000 })).toBe('23738000');
    expect(positioned({ lsn: '23738000', sequence: '["1","2"]' })).toBe('23738000');
    expect(positioned({ lsn: 0 })).toBe('0');
  });

  test('is the second number of source.sequence where there is no lsn', () => {
    expect(positioned({ sequence: '["23737944","23738000"]' })).toBe('23738000');
    expect(positioned({ lsn: null, sequence: '[null,"23746728"]' })).toBe('23746728');
    expect(positioned({ sequence: '[1,2]' })).toBe('2');
  });

  test('is missing where neither is given', () => {
    expect(positioned({})).toBeUndefined();
    expect(positioned({ lsn: null, sequence: null })).toBeUndefined();
    expect(positioned({ sequence: '["23737944",null]' })).toBeUndefined();
    expect(read({ after: row, op: 'r' })?.lsn).toBeUndefined();
  });

  test('keeps every digit, also beyond what a JavaScript number can hold', () => {
    const text = '{"after":{"id":5},"op":"u","source":{"lsn": 9223372036854775807}}';
    expect(readEnvelope(JSON.parse(text), text)?.lsn).toBe('9223372036854775807');
    expect(positioned({ lsn: '9007199254740993' })).toBe('9007199254740993');
    const flat = '{"id":5,"__op":"u","__lsn":9007199254740993}';
    expect(readEnvelope(JSON.parse(flat), flat)?.lsn).toBe('9007199254740993');
  });

  test('of a flattened row is __lsn, else __source_lsn', () => {
    expect(read({ id: 5, __op: 'u', __lsn: 7, __source_lsn: 8 })?.lsn).toBe('7');
    expect(read({ id: 5, __op: 'u', __lsn: null, __source_lsn: 8 })?.lsn).toBe('8');
    expect(read({ id: 5, __op: 'u' })?.lsn).toBeUndefined();
  });

  test.each([
    [{ lsn: -1 }],
    [{ lsn: 1.5 }],
    [{ lsn: 'abc' }],
    [{ lsn: true }],
    [{ lsn: '9223372036854775808' }],
    [{ sequence: 'abc' }],
    [{ sequence: '{}' }],
    [{ sequence: '["1","x"]' }],
  ])('of %j is unreadable', (position) => {
    expect(() => positioned(position)).toThrow(/^The position /);
  });
});

describe('a value', () => {
  test.each([
    ['no object', [1], 'The value is no JSON object.'],
    ['no object inside its schema', { schema: {}, payload: 'x' }, 'The value is no JSON object.'],
    [
      'neither form',
      { id: 5, name: 'x' },
      'The value is neither a Debezium envelope nor a flattened row with __op.',
    ],
    [
      'an unknown op',
      { before: null, after: row, op: 'x' },
      'The event has no op among c, u, d, r, t and m.',
    ],
    ['no op', { before: null, after: row }, 'The event has no op among c, u, d, r, t and m.'],
  ])('with %s is unreadable', (_, value, sentence) => {
    expect(() => read(value)).toThrow(sentence);
  });

  test('is the envelope though a column is named payload, and flattened though one is named op', () => {
    expect(read({ op: 'c', after: row, payload: {} })?.rowPath).toEqual(['after']);
    expect(read({ id: 5, op: 'x', after: 1, __op: 'c', payload: {} })?.rowPath).toEqual([]);
  });
});
