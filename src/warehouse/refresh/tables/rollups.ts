import type { Session } from '../../../ground/database/session';
import { applyRowChanges } from '../record/rowChanges';
import { judgedByOthers, type Rollups } from './rollupStatements';
import { temporary } from './temporaryTables';

/**
 * gold.rollups: what the rows of each mart come to by keys that are often grouped by. What rows come to
 * adds up over units of refresh. So where some rows of a unit change, what all of them came to is taken away,
 * and what they come to now is added: the work is that of what changed, and the rollups are to the last
 * digit those of all rows.
 */

const ROLLUPS = temporary.read('gold.rollups');

const KEY = ['keys', 'year', 'key_values', 'measure'];
const SUMS = ['rows', 'unsuperseded', 'sum', 'given', 'total', 'total_given'];
const COUNTS = ['companies', 'participations'];

/** Rolls up all rows of the marts. */
export async function rollUpAll(session: Session, marts: readonly Rollups[]): Promise<void> {
  await session.query(`create temporary table ${ROLLUPS} (like gold.rollups) on commit drop`);
  for (const { mart, over } of marts) {
    await session.query(
      `insert into ${ROLLUPS} (mart, ${[...KEY, ...SUMS, ...COUNTS].join(', ')})
       select '${mart}', keys, year, key_values, measure, coalesce(rows, 0), coalesce(unsuperseded, 0),
         coalesce(sum, 0), coalesce(given, 0), coalesce(total, 0), coalesce(total_given, 0),
         coalesce(companies, 0), coalesce(participations, 0)
       from (${over(mart, 'sums')}) as summed
       full join (select *, '' as measure from (${over(mart, 'counts')}) as counts) as counted
         using (keys, year, key_values, measure)`,
    );
  }
  const scope = `target.mart in (${marts.map(({ mart }) => `'${mart}'`).join(', ')})`;
  await applyRowChanges(session, { table: 'gold.rollups', staged: ROLLUPS, scope });
}

/**
 * Before a mart changes whose rows are judged by those of others: subtracts what the rows of these units
 * contribute, as the others still are.
 */
export async function takeAway(
  session: Session,
  rollups: Rollups,
  units: readonly string[],
): Promise<void> {
  const before = temporary.before(rollups.mart);
  await session.query(`create temporary table ${before} on commit drop as ${rowsOf(rollups)}`, [
    units,
  ]);
  await addSums(session, rollups, [['-', before]]);
}

/**
 * Brings the rollups of a mart in step with its rows. The mart's temporary table `before` holds the rows of
 * these units as they were.
 */
export async function rollUpChanges(
  session: Session,
  rollups: Rollups,
  units: readonly string[],
): Promise<void> {
  const after = `(${rowsOf(rollups)})`;
  const before = temporary.before(rollups.mart);
  const taken = judgedByOthers(rollups) ? [] : [['-', before] as const];
  await addSums(session, rollups, [...taken, ['', after]], units);
  await addCounts(session, rollups, after, units);
}

/** The rows of the units that $1 holds. */
const rowsOf = ({ mart, unit }: Rollups) => `select * from ${mart} where ${unit} = any ($1)`;

/** Adds the totals of rows, or subtracts them. */
async function addSums(
  session: Session,
  { mart, over }: Rollups,
  signed: readonly (readonly [sign: '-' | '', rows: string])[],
  units?: readonly string[],
): Promise<void> {
  const parts = signed.map(
    ([sign, rows]) =>
      `select ${KEY.join(', ')}, ${SUMS.map((sum) => `${sign}${sum} as ${sum}`).join(', ')}
       from (${over(rows, 'sums')}) as part`,
  );
  const sums = SUMS.map((sum) => `sum(${sum}) as ${sum}`).join(', ');
  const changes = SUMS.map((sum) => `${sum} <> 0`).join(' or ');
  await add(
    session,
    mart,
    SUMS,
    `select * from (
       select ${KEY.join(', ')}, ${sums} from (${parts.join(' union all ')}) as parts group by ${KEY.join(', ')}
     ) as changes where ${changes}`,
    units,
  );
}

/**
 * Counts of companies and of units change where one comes into a group or leaves it. A company leaves
 * only with its last unit there; those of its units that did not change place stand in the mart.
 */
async function addCounts(
  session: Session,
  { mart, unit, company, over }: Rollups,
  allAfter: string,
  units: readonly string[],
): Promise<void> {
  const allBefore = temporary.before(mart);
  const placesBefore = over(allBefore, 'places');
  const placesAfter = over(allAfter, 'places');
  const { rows } = await session.query<{ unit: string }>(
    `select distinct ${unit}::text as unit from (
       (${placesBefore} except ${placesAfter}) union all (${placesAfter} except ${placesBefore})) as moved`,
    [units],
  );
  if (rows.length === 0) return;
  const before = `(select * from ${allBefore} where ${unit} = any ($1))`;
  const after = `(select * from ${mart} where ${unit} = any ($1))`;
  const others = `(select * from ${mart} where not ${unit} = any ($1) and ${company} = any (array(
    select distinct ${company} from moves where ${company} is not null)))`;
  await add(
    session,
    mart,
    COUNTS,
    `with moves as materialized (
       select -1 as sign, was.* from (${over(before, 'presence')}) as was
       union all
       select 1, is_now.* from (${over(after, 'presence')}) as is_now)
     select keys, year, key_values, '' as measure, sum(companies) as companies, sum(participations) as participations
     from (
       select keys, year, key_values, 0 as companies, sum(sign) as participations
       from (select distinct sign, keys, year, key_values, ${unit} from moves) as units
       group by keys, year, key_values
       union all
       select keys, year, key_values, sum(sign), 0
       from (
         select distinct sign, keys, year, key_values, ${company},
           case when ${company} is null then ${unit} end as alone
         from moves) as companies
       where not exists (
         select from (${over(others, 'presence')}) as other
         where other.keys = companies.keys and other.year = companies.year
           and other.key_values = companies.key_values and other.${company} = companies.${company})
       group by keys, year, key_values
     ) as changes
     group by keys, year, key_values
     having sum(companies) <> 0 or sum(participations) <> 0`,
    rows.map((row) => row.unit),
  );
}

/** Adds the rows of `changes`, a SELECT, to what is kept. What it binds as $1 are units. */
async function add(
  session: Session,
  mart: string,
  columns: readonly string[],
  changes: string,
  units: readonly string[] | undefined,
): Promise<void> {
  const rest = [...SUMS, ...COUNTS].filter((column) => !columns.includes(column));
  const added = columns.map((column) => `${column} = kept.${column} + excluded.${column}`);
  await session.query(
    `insert into gold.rollups as kept (mart, ${[...KEY, ...columns, ...rest].join(', ')})
     select '${mart}', ${[...KEY, ...columns, ...rest.map(() => '0')].join(', ')} from (${changes}) as changes
     on conflict (mart, ${KEY.join(', ')}) do update set ${added.join(', ')}`,
    units === undefined ? [] : [units],
  );
}

/** What came to nothing goes: the rollups are then those that a rebuild makes. */
export async function dropEmptyRollups(session: Session): Promise<void> {
  await session.query(
    `delete from gold.rollups
     where case when measure = '' then participations = 0 else given = 0 end`,
  );
  // 0.00 left by amounts that went, and 0 where there never were any, are the same.
  await session.query(
    'update gold.rollups set total = 0 where total_given = 0 and scale(total) > 0',
  );
}
