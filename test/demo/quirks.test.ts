import type { DumpRecord } from '../../src/demo/events/dumpRecord';
import { generateEvents } from '../../src/demo/generateEvents';
import { PLACEHOLDER, keyOf, readValue } from './plainReading';

const records = [...generateEvents({ scale: 0.1 })];
const table = (name: string) => records.filter(({ topic }) => topic.endsWith(name));
const reports = table('service_report');
const requests = table('service_servicerequest');

/** How many records have all these texts in key and payload; quotes as they stand in the payload. */
function withTexts(among: readonly DumpRecord[], ...texts: readonly (string | RegExp)[]): number {
  return among.filter(({ key, payload }) =>
    texts.every((text) => {
      const whole = `${key}\n${payload}`;
      return typeof text === 'string' ? whole.includes(text) : text.test(whole);
    }),
  ).length;
}

/** In a JSON text inside the JSON payload, quotes are escaped once. */
const data = (json: string) => json.replaceAll('"', '\\"');

describe('the demonstration data are as strange as the source', () => {
  test.each<[string, readonly DumpRecord[], ...(string | RegExp)[]]>([
    ['values in a schema and payload', records, '{"schema":', '"payload":{"before"'],
    ['keys in a schema and payload', records, /^\{"schema".*"payload":\{"id":\d+\}\}\n/],
    ['flattened values with __lsn', records, '"__op":"u","__lsn":', '"__deleted":"false"'],
    ['flattened values with __source_lsn', records, '"__op":', '"__source_lsn":'],
    ['flattened values in a payload', records, '{"schema":', '"__op":'],
    ['flattened deletes', records, '"__op":"d"', '"__deleted":"true"'],
    ['a position in sequence alone', records, /"sequence":"\[.{30,}"txId":\d+,"xmin"/],
    ['the first read of a snapshot', records, '"snapshot":"first"', '"op":"r"'],
    ['the last read of a snapshot', records, '"snapshot":"last"', '"op":"r"'],
    ['reads of a snapshot', records, '"snapshot":"true"', '"op":"r"'],
    ['incremental reads without a position', records, '"snapshot":"incremental"', '"lsn":null'],
    ['logical-decoding messages', records, '"op":"m"', '"message":'],
    ['a truncate of companies', table('account_company'), '"op":"t"'],
    ['tombstones', records, /\nnull$/],
    ['deletes that show the key alone', reports, /"before":\{"id":\d+\},"after":null/],
    ['deletes that show empty values', reports, /"before":\{"id":\d+,"created_at":"1970/],
    ['deletes that show the whole row', reports, /"before":\{"id":\d+,"created_at":"20.*"op":"d"/],
    ['placeholders in data', reports, `"data":"${PLACEHOLDER}"`],
    ['placeholders in signature', reports, `"signature":"${PLACEHOLDER}"`],
    ['placeholders in data of requests', requests, `"data":"${PLACEHOLDER}"`],
    ['placeholders in search_field', requests, `"search_field":"${PLACEHOLDER}"`],
    ['a column of reports that nobody announced', reports, '"locale":"kk"'],
    ['a column of requests that nobody announced', requests, '"channel":"app"'],
    ['drafts', reports, '"status":"draft"'],
    ['rejected reports', reports, '"status":"rejected"'],
    ['amounts parted by spaces', reports, /:\\"\d{1,3}( \d{3})+,\d\d\\"/],
    ['amounts parted by no-break spaces', reports, /:\\"\d{1,3}(\u00a0\d{3})+,\d\d\\"/],
    ['amounts parted by narrow spaces', reports, /:\\"\d{1,3}(\u202f\d{3})+,\d\d\\"/],
    ['amounts parted by thin spaces', reports, /:\\"\d{1,3}(\u2009\d{3})+,\d\d\\"/],
    ['amounts as texts with a point', reports, /_total\\":\\"\d+\.\d\d\\"/],
    ['amounts with a third decimal', reports, /\\":\d+\.\d\d5,/],
    ['amounts that are null', reports, data('"tax_incentives":null')],
    ['amounts left empty', reports, /(tax|loan|amount)\w*\\":\\"\\"/],
    ['amounts that are a dash', reports, /_\w+\\":\\"[-—]\\"/],
    ['amounts that are no amounts', reports, /\\":(\\"н\/д\\"|true|\{\\"note\\":1\})/],
    ['counts as texts', reports, /residents_count\\":\\"\d+\\"/],
    ['counts with a zero after the point', reports, /_count\\":\d+\.0,/],
    ['counts that are no counts', reports, /_count\\":(12\.5|-3|\\"н\/д\\"|99999999999)/],
    ['certificate numbers as numbers', reports, /certificate_number\\":\d+,/],
    ['certificate numbers with spaces', reports, /certificate_number\\":\\" {2}\d+ \\"/],
    [
      'certificate numbers that say there is none',
      reports,
      /certificate_number\\":\\"(-1|нет)?\\"/,
    ],
    ['export items by alpha-2', reports, data('{"country":"RU"')],
    ['export items by alpha-3', reports, data('{"country":"USA"')],
    ['export items in Russian', reports, data('{"country":"Россия"')],
    ['export items in Kazakh', reports, data('{"country":"Өзбекстан"')],
    ['export items in another letter case', reports, /country\\":\\"(россия|РОССИЯ|usa|сша|ru)\\"/],
    ['export items of no known country', reports, /country\\":\\"(Атлантида|СНГ|прочие страны)/],
    [
      'export items that were not filled in',
      reports,
      /country\\":\\"(None)?\\",\\"current_sum\\":/,
    ],
    ['exports as one number', reports, /current_quarter\\":\d+[,}]/],
    ['support in the older form', reports, data('"finance_source_government":')],
    ['support in the newer form', reports, data('"government_support_measures":')],
    ['companies named in the data', reports, data('"company_tin":"'), '"year":2019'],
    ['companies named in the XML', reports, /<company>.*<tin>\d{12}<\/tin>/, '"year":2025'],
    ['XML over several lines', reports, '<company>\\\\n    <id>'],
    ['names with XML entities', reports, '&amp;', '&#171;'],
    ["a director's IIN in the XML", reports, /<director><tin>0001015\d{5}/],
    ['XML cut within the BIN', reports, /<tin>\d{1,5}\\\\?"/],
    ['XML that was never whole', reports, '<tin>12345</tin><unclosed>'],
    ['requests for other services', requests, '"service_id":"visa"'],
    ['requests without a company', requests, '"company_id":null'],
    ['requests without a BIN', requests, /search_field":"[^"*]+\*{3}\d{12}\*{3}[^"*]+"/],
    ['dates with points', requests, /issue_date\\":\\"\d\d\.\d\d\.\d{4}\\"/],
    ['deactivations', requests, data('"deactivation_info":{"reason"')],
    ['companies without a BIN', table('account_company'), '"tin":null'],
    ['BINs masked at the source', table('account_company'), /"tin":"777777\d{6}"/],
    ['sole proprietors', table('account_company'), 'ИП \\"'],
  ])('there are %s', (_, among, ...texts) => {
    expect(withTexts(among, ...texts)).toBeGreaterThan(0);
  });

  test('no event is unreadable: every row has the id of its key', () => {
    const strangers = records.filter((record) => {
      if (record.payload === null) return false;
      const { op, row } = readValue(record.payload);
      return 'cru'.includes(op) && row?.['id'] !== keyOf(record);
    });
    expect(strangers).toEqual([]);
  });

  test('offsets are dense from 0 in each of three partitions, and a key keeps to one', () => {
    const next = new Map<string, number>();
    const partitions = new Map<string, number>();
    const misplaced = records.filter(({ topic, partition, offset, key }) => {
      const place = `${topic}:${partition}`;
      const expected = next.get(place) ?? 0;
      next.set(place, expected + 1);
      const id = `${topic}:${/"id":\d+/.exec(key ?? '')?.[0]}`;
      const home = id.endsWith('undefined') ? partition : (partitions.get(id) ?? partition);
      partitions.set(id, home);
      return offset !== expected || partition !== home;
    });
    expect(misplaced).toEqual([]);
    expect(next.size).toBe(9);
  });
});

/** The events of each key, in the order of their offsets. */
function lives() {
  const byKey = new Map<string, { record: DumpRecord; value: ReturnType<typeof readValue> }[]>();
  for (const record of records) {
    if (record.payload === null) continue;
    const value = readValue(record.payload);
    if (value.op === 't' || value.op === 'm') continue;
    const id = `${record.topic}:${keyOf(record)}`;
    const events = byKey.get(id) ?? [];
    events.push({ record, value });
    byKey.set(id, events);
  }
  return [...byKey.values()];
}

describe('the lives of the demonstration rows', () => {
  const all = lives();

  test('events come again after newer ones, and what comes late came before', () => {
    const late: boolean[] = [];
    for (const events of all) {
      let newest = -1;
      const seen = new Set<string | null>();
      for (const { record, value } of events) {
        if ((value.lsn ?? newest) < newest) late.push(seen.has(record.payload));
        newest = Math.max(newest, value.lsn ?? newest);
        seen.add(record.payload);
      }
    }
    expect(late.length).toBeGreaterThan(20);
    expect(late).not.toContain(false);
  });

  const some = (pattern: RegExp) =>
    all.filter((life) => pattern.test(life.map(({ value }) => value.op).join(''))).length;

  test('rows are deleted for good, and rows are created again', () => {
    expect(some(/d$/)).toBeGreaterThan(0);
    expect(some(/du+$/)).toBeGreaterThan(0);
    expect(some(/dc/)).toBeGreaterThan(0);
  });

  test('two changes of one transaction share their time and updated_at', () => {
    const pairs = all.flatMap((events) =>
      events.slice(1).map((event, place) => [events[place]?.value, event.value] as const),
    );
    const tied = pairs.filter(
      ([one, other]) =>
        one?.row?.['updated_at'] === other.row?.['updated_at'] && one?.lsn !== other.lsn,
    );
    expect(tied.length).toBeGreaterThan(0);
  });

  test('clocks go back: a newer event may have an older updated_at', () => {
    const back = all.filter((events) =>
      events.some(({ value }, place) => {
        const before = events[place - 1]?.value;
        if (before?.lsn === undefined || value.lsn === undefined) return false;
        return (
          value.lsn > before.lsn &&
          String(value.row?.['updated_at']) < String(before.row?.['updated_at'])
        );
      }),
    );
    expect(back.length).toBeGreaterThan(0);
  });

  test('of some reports no event holds the data, of some none holds the signature', () => {
    const never = (column: string) =>
      all.filter((events) => events.every(({ value }) => value.row?.[column] === PLACEHOLDER));
    expect(never('data').length).toBeGreaterThan(0);
    expect(never('signature').length).toBeGreaterThan(0);
  });

  test('a report created again may have lost its data', () => {
    const blind = all.filter((events) =>
      events.some(
        ({ value }, place) => value.op === 'c' && place > 0 && value.row?.['data'] === PLACEHOLDER,
      ),
    );
    expect(blind.length).toBeGreaterThan(0);
  });
});
