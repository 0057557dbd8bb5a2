import { createKey } from '../../../src/api/access/keys/keys';
import { keepMaskedViews } from '../../../src/ground/database/accounts/maskedViews';
import { maskedViews } from '../../../src/api/query/views/maskedViews';
import { refresh } from '../../../src/warehouse/refresh/run/refresh';
import { post, serveTest, type ServedDatabase } from '../server/support';
import { model } from '../../support/asking/ask';
import { createTestDatabase, type TestDatabase } from '../../support/databases/database';
import { smallDump } from '../../support/databases/twinDatabases';
import { loadLines } from '../../support/databases/warehouse';

const FROM = 2021;
const MASK = { fromYear: FROM, policy: 'company' } as const;

let database: TestDatabase;
let served: ServedDatabase;
let byYear: ServedDatabase;
let key: string;
/** BINs that report in masked years, and those that report before alone. */
let later: ReadonlySet<string>;
let early: ReadonlySet<string>;

beforeAll(async () => {
  database = await createTestDatabase();
  await loadLines(database.knex, smallDump());
  await refresh(database.knex, { reason: 'test' });
  await keepMaskedViews(database.knex, maskedViews(model, MASK), MASK);
  const binsWhere = async (condition: string) => {
    const { rows } = await database.knex.raw<{ rows: { bin: string }[] }>(
      `select distinct bin from gold.general_indicators where bin is not null and ${condition}`,
    );
    return rows.map(({ bin }) => bin);
  };
  later = new Set(await binsWhere(`year >= ${String(FROM)}`));
  early = new Set((await binsWhere(`year < ${String(FROM)}`)).filter((bin) => !later.has(bin)));
  served = await serveTest({ product: true, database, config: { MASK_BIN_POLICY: 'company' } });
  byYear = await serveTest({
    product: true,
    database: await createTestDatabase(),
    databaseUrl: database.url,
  });
  key = (await createKey(database.knex, { name: 'masked', rights: 'marts:read' })).key;
});
afterAll(async () => {
  await byYear.stop();
  await served.stop();
});

interface Shown {
  readonly year: number;
  readonly bin: string | null;
  readonly binMasked: boolean;
  readonly companyId: number | null;
}

const isPseudonym = (bin: string | null) => bin?.startsWith('777777') === true;

async function rowsOf(of: ServedDatabase, rootField: string, filter = '{}'): Promise<Shown[]> {
  const shown: Shown[] = [];
  for (let after = ''; ;) {
    const { body } = await post(
      { url: of.url, key },
      `{ ${rootField}(first: 1000, filter: ${filter}, orderBy: [{field: BIN}] ${after}) {
        nodes { year bin binMasked companyId } pageInfo { hasNextPage endCursor } } }`,
    );
    const page = body.data?.[rootField] as {
      nodes: Shown[];
      pageInfo: { hasNextPage: boolean; endCursor: string };
    };
    shown.push(...page.nodes);
    if (!page.pageInfo.hasNextPage) return shown;
    after = `after: ${JSON.stringify(page.pageInfo.endCursor)}`;
  }
}

/** The rows by which a pseudonym can be joined to the BIN behind it, by the company. */
function joined(rows: readonly Shown[]): Shown[] {
  const masked = new Set(
    rows
      .filter(({ year }) => year >= FROM)
      .map(({ companyId, bin }) => `${String(companyId)} ${String(bin)}`),
  );
  const companies = new Set([...masked].map((each) => each.split(' ')[0]));
  return rows.filter(
    ({ bin, companyId }) =>
      bin !== null && !isPseudonym(bin) && later.has(bin) && companies.has(String(companyId)),
  );
}

test('by default the years before are shown, and joined to pseudonyms; the policy for companies leaves nothing to join', async () => {
  expect(early.size).toBeGreaterThan(0);
  for (const { rootField } of model.marts) {
    expect(joined(await rowsOf(byYear, rootField)).length).toBeGreaterThan(0);
    const rows = await rowsOf(served, rootField);
    expect(joined(rows)).toEqual([]);
    for (const { year, bin, binMasked } of rows) {
      if (bin === null) continue;
      expect([bin, binMasked]).toEqual([bin, isPseudonym(bin)]);
      if (year >= FROM) expect(binMasked).toBe(true);
      if (!binMasked) expect(early).toContain(bin);
    }
    // Companies that do not report in masked years are shown as before.
    const clear = new Set(rows.filter(({ binMasked }) => !binMasked).map(({ bin }) => bin));
    if (rootField === 'financing') expect([...early].filter((bin) => !clear.has(bin))).toEqual([]);
  }
});

test('no filter finds, and no group, file or view shows, a BIN that reports in masked years', async () => {
  const list = JSON.stringify([...later]);
  for (const { rootField, table } of model.marts) {
    expect(await rowsOf(served, rootField, `{bin: {in: ${list}}}`)).toEqual([]);
    const groups = await post(
      { url: served.url, key },
      `{ ${rootField}Groups(by: [BIN], first: 1000) { nodes { key { bin } rows } } }`,
    );
    const file = await fetch(`${served.url}/export/${rootField}.csv`, {
      headers: { authorization: `Bearer ${key}` },
    });
    const { rows: viewed } = await database.knex.raw<{ rows: unknown[] }>(
      `select * from ${table.replace('gold.', 'gold_masked.')}`,
    );
    expect(viewed.length).toBeGreaterThan(0);
    const texts = [JSON.stringify(groups.body.data), await file.text(), JSON.stringify(viewed)];
    for (const text of texts) {
      const shown = new Set(text.match(/\b\d{12}\b/g));
      expect([...shown].filter((bin) => later.has(bin) && !isPseudonym(bin))).toEqual([]);
      expect([...shown].some((bin) => isPseudonym(bin))).toBe(true);
    }
  }
});

test('rows under one pseudonym are one company in all years', async () => {
  const { body } = await post(
    { url: served.url, key },
    '{ generalIndicatorsGroups(by: [BIN], first: 1000, orderBy: [{key: BIN}]) { nodes { key { bin } rows } } }',
  );
  const groups = body.data?.['generalIndicatorsGroups'] as {
    nodes: { key: { bin: string | null }; rows: number }[];
  };
  const { rows } = await database.knex.raw<{ rows: { rows: string }[] }>(
    'select count(*) as rows from gold.general_indicators group by bin',
  );
  const sizes = (counts: readonly number[]) => [...counts].sort((a, b) => a - b);
  expect(sizes(groups.nodes.map((group) => group.rows))).toEqual(
    sizes(rows.map((group) => Number(group.rows))),
  );
});
