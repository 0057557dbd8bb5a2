import { refresh } from '../../../src/warehouse/refresh/run/refresh';
import { createTestDatabase, type TestDatabase } from '../../support/databases/database';
import { reportMarts } from '../../support/databases/marts';
import {
  allRows,
  change,
  emptyWarehouse,
  loadRecords,
  reportRow,
  type GivenRecord,
} from '../../support/databases/warehouse';

let warehouse: TestDatabase;
beforeAll(async () => {
  warehouse = await createTestDatabase();
});
beforeEach(async () => {
  await emptyWarehouse(warehouse.knex);
  await warehouse.knex('silver.bin_pseudonyms').delete();
});
afterAll(() => warehouse.drop());

const bin = (number: number) => String(10_240_000_000 + number).padStart(12, '0');

/** A signed report of a company with this BIN; each has an offset of its own. */
function reportOf(id: number, tin: string): GivenRecord {
  return change(reportRow(id, { service_request_id: id, data: { company_tin: tin } }), {
    offset: id,
  });
}

async function load(...records: GivenRecord[]): Promise<void> {
  await loadRecords(warehouse.knex, records);
  await refresh(warehouse.knex, { reason: 'test' });
}

/** BIN → its pseudonym. */
async function pseudonyms(): Promise<Map<string, string>> {
  const rows = await warehouse
    .knex<{ bin: string; pseudonym: string }>('silver.bin_pseudonyms')
    .orderBy('bin');
  return new Map(rows.map((row) => [row.bin, row.pseudonym]));
}

interface Shown {
  readonly report_id: number;
  readonly bin: string | null;
  readonly bin_pseudonym: string | null;
}

async function shown(table = 'gold.financing'): Promise<Shown[]> {
  return await warehouse
    .knex<Shown>(table)
    .orderBy('report_id')
    .select('report_id', 'bin', 'bin_pseudonym');
}

async function expectSound(): Promise<void> {
  const given = await pseudonyms();
  for (const pseudonym of given.values()) expect(pseudonym).toMatch(/^777777[0-9]{6}$/);
  expect(new Set(given.values()).size).toBe(given.size);
  for (const pseudonym of given.values()) expect([...given.keys()]).not.toContain(pseudonym);
  for (const row of await shown()) {
    expect([row.bin, row.bin_pseudonym]).toEqual([row.bin, given.get(row.bin ?? '') ?? null]);
  }
}

const MANY = Array.from({ length: 60 }, (_, index) => reportOf(index + 1, bin(index)));

test('a pseudonym is 777777 and six digits, and belongs to one BIN alone', async () => {
  await load(...MANY);
  expect((await pseudonyms()).size).toBe(60);
  await expectSound();
});

test('the same BIN has the same pseudonym in every row of every mart', async () => {
  await load(...[1, 2, 3].map((id) => reportOf(id, bin(7))));
  const { size } = await pseudonyms();
  expect(size).toBe(1);
  for (const { table } of reportMarts) {
    expect(new Set((await shown(table)).map((row) => row.bin_pseudonym)).size).toBe(1);
  }
});

test('a pseudonym is drawn at random: the same BINs get others in another warehouse', async () => {
  await load(...MANY);
  const first = await pseudonyms();
  await emptyWarehouse(warehouse.knex);
  await warehouse.knex('silver.bin_pseudonyms').delete();
  await load(...MANY);
  const second = await pseudonyms();
  const same = [...first].filter(([given, pseudonym]) => second.get(given) === pseudonym);
  expect(same.length).toBeLessThan(5);
  // Nor does their order tell that of the BINs: of sixty random numbers half of the steps go up.
  const drawn = [...second.values()];
  const rising = drawn.filter((pseudonym, index) => pseudonym > (drawn[index - 1] ?? ''));
  expect(rising.length).toBeGreaterThan(12);
  expect(rising.length).toBeLessThan(48);
});

test('a pseudonym outlives rebuilds, and the BIN’s absence', async () => {
  await load(...MANY.slice(0, 3));
  const first = await pseudonyms();
  await refresh(warehouse.knex, { reason: 'rebuild', full: true });
  expect(await pseudonyms()).toEqual(first);

  await load(change(reportRow(1), { offset: 101, op: 'd' }), reportOf(102, bin(50)));
  await refresh(warehouse.knex, { reason: 'rebuild', full: true });
  await load(reportOf(103, bin(0)));
  const last = await pseudonyms();
  expect([...last].slice(0, 3)).toEqual([...first]);
  expect(last.size).toBe(4);
  await expectSound();
});

test('BINs have one wherever they stand: in a company, a request or a participant', async () => {
  const place = { offset: 1 };
  await load(
    change({ id: 1, tin: bin(1) }, { ...place, table: 'account_company' }),
    change(
      { id: 1, search_field: `x***x***x***${bin(2)}`, service_id: 'visa' },
      { ...place, table: 'service_servicerequest' },
    ),
    change(
      {
        id: 2,
        search_field: `x***x***x***${bin(3)}`,
        service_id: 'techpark',
        bp_status: 'registered',
      },
      { offset: 2, table: 'service_servicerequest' },
    ),
    reportOf(1, bin(4)),
  );
  expect([...(await pseudonyms()).keys()]).toEqual([1, 2, 3, 4].map(bin));
});

test('a report without a BIN has no pseudonym', async () => {
  await load(change(reportRow(1), { offset: 1 }));
  expect(await shown()).toEqual([{ report_id: 1, bin: null, bin_pseudonym: null }]);
  expect((await pseudonyms()).size).toBe(0);
});

test('a BIN that was masked at the source gets a pseudonym like any other', async () => {
  const masked = Array.from(
    { length: 40 },
    (_, index) => `777777${String(index).padStart(6, '0')}`,
  );
  await load(...masked.map((tin, index) => reportOf(index + 1, tin)));
  expect([...(await pseudonyms()).keys()]).toEqual(masked);
  await expectSound();
});

test('a BIN that comes later and equals a pseudonym has that one drawn anew, everywhere', async () => {
  await load(...MANY.slice(0, 3));
  const first = await pseudonyms();
  const taken = first.get(bin(1)) ?? '';
  await load(reportOf(4, taken));
  const second = await pseudonyms();
  expect(second.get(bin(1))).not.toBe(taken);
  expect([second.get(bin(0)), second.get(bin(2))]).toEqual([first.get(bin(0)), first.get(bin(2))]);
  expect(second.get(taken)).toBeDefined();
  await expectSound();

  const rows = await allRows(warehouse.knex);
  await refresh(warehouse.knex, { reason: 'rebuild', full: true });
  expect(await allRows(warehouse.knex)).toEqual(rows);
});

describe('when nearly all are taken', () => {
  const COUNT = 1_000_000;
  let nearlyFull: TestDatabase;

  beforeAll(async () => {
    nearlyFull = await createTestDatabase();
    // All but the numbers 5 and 7, for BINs of other companies. Keys are built at the end, which is faster.
    await nearlyFull.knex.raw(
      `alter table silver.bin_pseudonyms
         drop constraint bin_pseudonyms_pkey, drop constraint bin_pseudonyms_pseudonym_key;
       insert into silver.bin_pseudonyms (bin, pseudonym)
       select '9' || lpad(number::text, 11, '0'), '777777' || lpad(number::text, 6, '0')
       from generate_series(0, ${COUNT - 1}) as number where number not in (5, 7);
       alter table silver.bin_pseudonyms add primary key (bin), add unique (pseudonym)`,
    );
  });
  afterAll(() => nearlyFull.drop());

  const count = async (table: string) => {
    const row = await nearlyFull.knex(table).count<{ count: string }[]>('* as count').first();
    return Number(row?.count);
  };

  test('the last are given, and a refresh that would need one more refuses and changes nothing', async () => {
    const { knex } = nearlyFull;
    await loadRecords(knex, [reportOf(1, bin(1)), reportOf(2, bin(2)), reportOf(3, bin(3))]);
    const sentence = 'The refresh needs 3 more pseudonyms, and only 2 of 1000000 are left.';
    await expect(refresh(knex, { reason: 'test' })).rejects.toThrow(sentence);
    expect(await count('silver.bin_pseudonyms')).toBe(COUNT - 2);
    expect(await count('gold.financing')).toBe(0);
    expect(await count('refresh.data_versions')).toBe(0);
    expect(await knex('refresh.runs').select('status', 'error')).toEqual([
      { status: 'FAILED', error: sentence },
    ]);

    await loadRecords(knex, [change(reportRow(3), { offset: 9, op: 'd' })]);
    await refresh(knex, { reason: 'test' });
    const given = await knex<{ pseudonym: string }>('silver.bin_pseudonyms')
      .whereIn('bin', [bin(1), bin(2)])
      .orderBy('pseudonym')
      .select('pseudonym');
    expect(given.map(({ pseudonym }) => pseudonym)).toEqual(['777777000005', '777777000007']);
    expect(await count('gold.financing')).toBe(2);
  });
});

describe('personal data', () => {
  const IIN = '900101300123';
  const NAME = 'Нурланова';
  const MAIL = 'aigerim.n@example.kz';
  const PHONE = '87011234567';
  const all = `${NAME} ${IIN} ${MAIL} ${PHONE}`;
  const person = { name: NAME, iin: IIN, email: MAIL, phone: PHONE, tin: IIN };
  const xml =
    `<form><director><name>${NAME}</name><tin>${IIN}</tin><email>${MAIL}</email></director>` +
    `<company><director><name>${NAME}</name><tin>${IIN}</tin></director><name>ТОО</name></company>` +
    `<X509>SERIALNUMBER=IIN${IIN}, CN=${NAME}, E=${MAIL}</X509></form>`;

  test('of a request, a form, a signature or a certificate reach no table of Silver or Gold', async () => {
    const broken = [all, { ...person }, [person], `ИИН ${IIN}`, MAIL, `+7 701 123-45-67`];
    const unreadable = broken.map((value) =>
      typeof value === 'string' ? value.replace(NAME, '') : 5,
    );
    await load(
      change(
        { id: 1, name: 'ТОО', tin: 'нет', author: all, contact: person },
        { offset: 1, table: 'account_company' },
      ),
      change(
        {
          id: 1,
          company_id: 1,
          service_id: 'techpark',
          bp_status: 'registered',
          search_field: `${NAME}***${IIN}***${MAIL}***${PHONE}***ТОО`,
          applicant: person,
          data: JSON.stringify({
            applicant: person,
            activation_info: { certificate_number: '5', issued_to: person },
            deactivation_info: { signed_by: all },
            protocol: { info: { chairman: person }, members: [person] },
          }),
        },
        { offset: 1, table: 'service_servicerequest' },
      ),
      change({ id: 2, data: JSON.stringify(all) }, { offset: 2, table: 'service_servicerequest' }),
      change(
        { id: 3, data: JSON.stringify([person]) },
        { offset: 3, table: 'service_servicerequest' },
      ),
      change(
        reportRow(1, {
          author: person,
          data: {
            director: person,
            contacts: all,
            income_international_current_quarter: [
              { country: 'US', current_sum: 'н/д', contact: person },
              { country: 'KZ', current_sum: 1, contact: all },
            ],
          },
          signature: JSON.stringify({ signed_xml: xml, certificate: all, subject: person }),
        }),
        { offset: 1 },
      ),
      change(reportRow(2, { data: JSON.stringify(all), signature: JSON.stringify(all) }), {
        offset: 2,
      }),
      ...unreadable.map((value, index) =>
        change(
          reportRow(10 + index, {
            data: { income_total: `н/д ${value}`, company_tin: `${value}x` },
          }),
          {
            offset: 10 + index,
          },
        ),
      ),
    );
    const { rows: tables } = await warehouse.knex.raw<{ rows: { name: string }[] }>(
      `select table_schema || '.' || table_name as name from information_schema.tables
       where table_schema in ('silver', 'gold', 'refresh') and table_type = 'BASE TABLE'`,
    );
    expect(tables.length).toBeGreaterThan(15);
    const held: string[] = [];
    for (const { name } of tables) {
      const { rows } = await warehouse.knex.raw<{ rows: { text: string }[] }>(
        `select held::text as text from ${name} held`,
      );
      held.push(...rows.map(({ text }) => text));
    }
    expect(held.length).toBeGreaterThan(30);
    for (const personal of [IIN, NAME, MAIL, PHONE, '701 123']) {
      expect(held.filter((row) => row.includes(personal))).toEqual([]);
    }
  });
});
