import { randomInt } from 'node:crypto';
import type { Session } from '../../../ground/database/session';
import { lineage } from '../../lineage/lineage';
import { temporary } from './temporaryTables';

/** Nothing can be published: no BIN may be served without a pseudonym. */
export class OutOfPseudonyms extends Error {
  override readonly name = 'OutOfPseudonyms';
}

/** Six free digits behind 777777. */
const SPACE = 1_000_000;
/** Drawn blind at first, which is cheap while most are free; then among those that are free. */
const BLIND_ROUNDS = 3;

/** BINs among the rows that are being read now, and that have no pseudonym yet. */
function withoutPseudonym(): string {
  const bins = lineage().silver.flatMap(({ table, bins: columns }) =>
    columns.map((column) => `select ${column} as bin from ${temporary.read(table)}`),
  );
  return `select bin from (${bins.join(' union ')}) known
    where bin is not null and not exists (select from silver.bin_pseudonyms where bin_pseudonyms.bin = known.bin)`;
}

const asPseudonym = (number: number) => `777777${String(number).padStart(6, '0')}`;

/** No pseudonym may equal a BIN that is known: one that was masked at the source looks the same. */
async function give(session: Session, bins: readonly string[], pseudonyms: readonly string[]) {
  const { rows } = await session.query<{ bin: string }>(
    `insert into silver.bin_pseudonyms (bin, pseudonym)
     select bin, pseudonym from unnest($1::text[], $2::text[]) as given (bin, pseudonym)
     where not exists (select from silver.bin_pseudonyms known where known.bin = given.pseudonym)
       and not (given.pseudonym = any ($3::text[]))
     on conflict do nothing
     returning bin`,
    [bins.slice(0, pseudonyms.length), pseudonyms, bins],
  );
  const served = new Set(rows.map(({ bin }) => bin));
  return bins.filter((bin) => !served.has(bin));
}

/** As many of the free pseudonyms as there are, up to `count`, in random order. */
async function drawFree(
  session: Session,
  bins: readonly string[],
  count: number,
): Promise<string[]> {
  const { rows } = await session.query<{ pseudonym: string }>(
    `select pseudonym
     from (
       select '777777' || lpad(number::text, 6, '0') as pseudonym
       from generate_series(0, ${SPACE - 1}) as number
       except select pseudonym from silver.bin_pseudonyms
       except select bin from silver.bin_pseudonyms where bin like '777777%'
       except select unnest($1::text[])
     ) free
     order by gen_random_uuid()
     limit $2`,
    [bins, count],
  );
  return rows.map(({ pseudonym }) => pseudonym);
}

/** A BIN that came later may equal a pseudonym given before: then that one is drawn again. */
async function releaseKnownBins(session: Session, bins: readonly string[]): Promise<string[]> {
  const { rows } = await session.query<{ bin: string }>(
    'delete from silver.bin_pseudonyms where pseudonym = any ($1::text[]) returning bin',
    [bins],
  );
  return rows.map(({ bin }) => bin);
}

/**
 * Gives each BIN that was just read and has none a pseudonym, drawn at random. Throws where there are fewer
 * free ones than BINs: a refresh then publishes nothing. BINs whose pseudonym had to change, because a BIN of
 * the same digits came in, are the changed keys of silver.bin_pseudonyms. Returns how many were given.
 */
export async function givePseudonyms(session: Session): Promise<number> {
  const { rows } = await session.query<{ bin: string }>(withoutPseudonym());
  const fresh = rows.map(({ bin }) => bin);
  const redrawn = await releaseKnownBins(session, fresh);
  await keepChanged(session, redrawn);
  const bins = [...fresh, ...redrawn];
  let waiting: readonly string[] = bins;
  for (let round = 0; round < BLIND_ROUNDS && waiting.length > 0; round += 1) {
    const drawn = waiting.map(() => asPseudonym(randomInt(SPACE)));
    waiting = await give(session, waiting, drawn);
  }
  if (waiting.length > 0) {
    const free = await drawFree(session, bins, waiting.length);
    if (free.length < waiting.length) {
      throw new OutOfPseudonyms(
        `The refresh needs ${waiting.length} more pseudonyms, and only ${free.length} of ${SPACE} are left.`,
      );
    }
    waiting = await give(session, waiting, free);
    if (waiting.length > 0)
      throw new Error(`${waiting.length} BINs were left without a pseudonym.`);
  }
  return bins.length;
}

async function keepChanged(session: Session, redrawn: readonly string[]): Promise<void> {
  const changed = temporary.changed('silver.bin_pseudonyms');
  await session.query(`create temporary table ${changed} (bin text) on commit drop`);
  if (redrawn.length === 0) return;
  await session.query(`insert into ${changed} select unnest($1::text[])`, [redrawn]);
}
