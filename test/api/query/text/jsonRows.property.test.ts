import fc from 'fast-check';
import { valuesOf, type DataRow } from '../../../../src/ground/database/rows/dataRow';
import { sql } from '../../../../src/ground/database/sql';
import type { JsonCell } from '../../../../src/api/query/text/jsonCell';
import { JsonRows } from '../../../../src/api/query/text/jsonRows';
import { JsonText } from '../../../../src/api/query/text/jsonText';

type Form = JsonCell['form'];

/** A value as PostgreSQL sends it, and the JSON that an answer has of it. */
interface Value {
  readonly sent: string | null;
  readonly json: string;
}

const AS_NULL: Value = { sent: null, json: 'null' };
const nullable = (value: fc.Arbitrary<Value>) => fc.option(value, { nil: AS_NULL });
/** Whatever a text of PostgreSQL can hold: all but U+0000. */
const text = fc.oneof(
  fc.string({ unit: 'binary' }).map((all) => all.replaceAll('\0', '')),
  fc.string({ unit: fc.constantFrom('"', '\\', '\n', '\u0001', '\u001f', '\u2028', 'Қ', 'a') }),
  fc.constantFrom('ТОО "Ромашка"', '', 'null', '\u007f', '😀'),
);
const VALUES: Readonly<Record<Form, fc.Arbitrary<Value>>> = {
  string: nullable(text.map((sent) => ({ sent, json: JSON.stringify(sent) }))),
  json: nullable(fc.json().map((sent) => ({ sent, json: sent }))),
  decimal: nullable(
    fc
      .tuple(fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }), fc.integer({ min: 0, max: 99 }))
      .map(([whole, part]) => `${String(whole)}.${String(part).padStart(2, '0')}`)
      .map((sent) => ({ sent, json: `"${sent}"` })),
  ),
};

const page = fc
  .array(fc.constantFrom<Form>('string', 'json', 'decimal'), { maxLength: 6 })
  .chain((forms) =>
    fc.record({
      forms: fc.constant(forms),
      rows: fc.array(fc.tuple(...forms.map((form) => VALUES[form])), {
        minLength: 1,
        maxLength: 9,
      }),
      before: fc.array(fc.option(fc.string()), { maxLength: 3 }),
    }),
  );

/** Among other bytes, as it comes. */
function rowOf(sent: readonly (string | null)[]): DataRow {
  const count = Buffer.alloc(2);
  count.writeUInt16BE(sent.length);
  const values = sent.flatMap((value) => {
    const bytes = value === null ? null : Buffer.from(value);
    const length = Buffer.alloc(4);
    length.writeInt32BE(bytes?.length ?? -1);
    return bytes ? [length, bytes] : [length];
  });
  const bytes = Buffer.concat([Buffer.from('...'), count, ...values, Buffer.from('...')]);
  return { bytes, start: 3, end: bytes.length - 3 };
}

function jsonOf(forms: readonly Form[], before: number, isNullable = true): JsonRows {
  const json = new JsonText().add('[');
  forms.forEach((form, index) => {
    const cell = { column: sql`value`, form, nullable: isNullable };
    json.add(index === 0 ? '' : ',', sql`text`, cell);
  });
  return new JsonRows(json.add(']'), before);
}

test('rows are written as JSON.stringify writes their values, whatever they hold', () => {
  fc.assert(
    fc.property(page, ({ forms, rows, before }) => {
      const written = jsonOf(forms, before.length).written(
        rows.map((row) => rowOf([...before, ...row.map(({ sent }) => sent)])),
      );
      const expected = rows.map((row) => `[${row.map(({ json }) => json).join(',')}]`);
      expect(written?.toString()).toBe(expected.join(','));
    }),
    { numRuns: 500 },
  );
});

test('long pages are written, and pages that are longer than they seem', () => {
  for (const [length, rows] of [
    [10, 3],
    [10_000, 3],
    [2_000, 400],
  ] as const) {
    for (const sign of ['a', '"', '\u0002', 'ы']) {
      const value = sign.repeat(length);
      const page = Array.from({ length: rows }, () => rowOf([value]));
      const expected = page.map(() => `[${JSON.stringify(value)}]`).join(',');
      expect(jsonOf(['string'], 0).written(page)?.toString()).toBe(expected);
    }
  }
});

test('what cannot be said is not written: a null that must not be, a number that is no amount', () => {
  expect(jsonOf(['json'], 0, false).written([rowOf(['1']), rowOf([null])])).toBeUndefined();
  for (const amount of ['NaN', 'Infinity', '1', '12', '1.5', '1.234', '']) {
    expect(jsonOf(['decimal'], 0).written([rowOf([amount])])).toBeUndefined();
  }
});

test('a row is read where it stands among others', () => {
  expect(valuesOf(rowOf(['one', null, ''])).map((value) => value?.toString() ?? null)).toEqual([
    'one',
    null,
    '',
  ]);
});
