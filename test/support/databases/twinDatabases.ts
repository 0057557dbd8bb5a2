import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import type { Knex } from 'knex';
import type { BinMask } from '../../../src/api/access/bins/binMask';
import { refresh } from '../../../src/warehouse/refresh/run/refresh';
import { createTestDatabase, type TestDatabase } from './database';
import { withNumberInNames } from '../numbersInNames';
import { loadLines } from './warehouse';
import { fixture } from '../places';

export interface Twins {
  /** Two databases that differ in the BINs behind the pseudonyms, and in nothing else. */
  readonly databases: readonly [TestDatabase, TestDatabase];
  /** Of each pair: the BIN in the one, the BIN in the other, and the pseudonym in both. */
  readonly bins: readonly {
    readonly one: string;
    readonly other: string;
    readonly pseudonym: string;
  }[];
  drop(): Promise<void>;
}

/** Every 12 digits that stand alone, in whatever form, XML and the search field included. */
const TWELVE_DIGITS = /(?<!\d)\d{12}(?!\d)/g;

export const smallDump = () =>
  gunzipSync(readFileSync(fixture('small/bronze.ndjson.gz')))
    .toString('utf8')
    .trim()
    .split('\n');

/**
 * The small dump in two databases, loaded and refreshed as any other, so that whatever is derived from
 * it is derived twice. The BIN of a company stands in its name as well, parted as people part it. Only BINs that the mask shows in no row have a twin.
 */
export async function createTwins(mask: BinMask): Promise<Twins> {
  const lines = smallDump();
  const one = await createTestDatabase();
  await loadLines(one.knex, lines.map(withNumberInNames));
  await refresh(one.knex, { reason: 'test' });
  const bins = await twinsOf(one.knex, mask);

  const other = await createTestDatabase();
  const known = await pseudonymsOf(one.knex);
  const twinOf = new Map(bins.map((pair) => [pair.one, pair.other]));
  await other
    .knex('silver.bin_pseudonyms')
    .insert(known.map(({ bin, pseudonym }) => ({ bin: twinOf.get(bin) ?? bin, pseudonym })));
  await loadLines(
    other.knex,
    lines
      .map((line) => line.replace(TWELVE_DIGITS, (digits) => twinOf.get(digits) ?? digits))
      .map(withNumberInNames),
  );
  await refresh(other.knex, { reason: 'test' });
  for (const { knex } of [one, other]) await sameTimes(knex);
  return {
    databases: [one, other],
    bins,
    drop: async () => void (await Promise.all([one.drop(), other.drop()])),
  };
}

interface KnownBin {
  readonly bin: string;
  readonly pseudonym: string;
}

function pseudonymsOf(database: Knex): Promise<KnownBin[]> {
  return database<KnownBin>('silver.bin_pseudonyms').select('bin', 'pseudonym').orderBy('bin');
}

async function twinsOf(database: Knex, { fromYear, policy }: BinMask): Promise<Twins['bins']> {
  const { rows } = await database.raw<{ rows: KnownBin[] }>(
    `select bin, pseudonym from silver.bin_pseudonyms
     where bin not in (
       select bin from gold.general_indicators where bin is not null
       group by bin having min(year) < ? and (? or max(year) < ?)
     ) order by bin`,
    [fromYear, policy === 'year', fromYear],
  );
  const taken = new Set(
    (await pseudonymsOf(database)).flatMap(({ bin, pseudonym }) => [bin, pseudonym]),
  );
  return rows.map(({ bin, pseudonym }, index) => {
    // In the other order, of other soundness, and some as if the source had masked them.
    const opposite = String(999_999_999_999n - BigInt(bin)).padStart(12, '0');
    const other = index % 7 === 0 ? `777777${opposite.slice(6)}` : opposite;
    if (taken.has(other)) throw new Error(`${other} is taken already.`);
    return { one: bin, other, pseudonym };
  });
}

/** The clock is no twin: what it told is made the same in both. */
export async function sameTimes(database: Knex): Promise<void> {
  const moment = '2026-02-01T00:00:00.5Z';
  await database('refresh.data_versions').update({ published_at: moment });
  await database('refresh.runs').update({
    started_at: moment,
    finished_at: moment,
    steps: JSON.stringify([{ step: 'all', milliseconds: 1 }]),
  });
}
