import type { Session } from '../../../ground/database/session';
import { definitionOf } from './definition';
import { applyRowChanges, shapeOf } from '../record/rowChanges';
import { temporary } from './temporaryTables';

/**
 * gold.rollups: what the rows of each mart come to by keys that are often grouped by. What rows come to
 * adds up over requests. So where some rows of a request change, what all of them came to is taken away,
 * and what they come to now is added: the work is that of what changed, and the rollups are to the last
 * digit those of all rows.
 */

type Statement = 'sums' | 'counts' | 'presence' | 'places';

/** A generated SELECT of a mart, over the rows of another table with the same columns. */
const over = (rows: string, mart: string, statement: Statement) =>
  definitionOf('rollups', `${mart.slice('gold.'.length)}/${statement}`).replaceAll(
    '"rolled_rows"',
    rows,
  );

const ROLLUPS = temporary.read('gold.rollups');

const KEY = ['keys', 'year', 'key_values', 'measure'];
const SUMS = ['rows', 'unsuperseded', 'sum', 'given', 'total', 'total_given'];
const COUNTS = ['companies', 'participations'];

/** Rolls up all rows of the marts. */
export async function rollUpAll(session: Session, marts: readonly string[]): Promise<void> {
  await session.query(`create temporary table ${ROLLUPS} (like gold.rollups) on commit drop`);
  for (const mart of marts) {
    await session.query(
      `insert into ${ROLLUPS} (mart, ${[...KEY, ...SUMS, ...COUNTS].join(', ')})
       select '${mart}', keys, year, key_values, measure, coalesce(rows, 0), coalesce(unsuperseded, 0),
         coalesce(sum, 0), coalesce(given, 0), coalesce(total, 0), coalesce(total_given, 0),
         coalesce(companies, 0), coalesce(participations, 0)
       from (${over(mart, mart, 'sums')}) as summed
       full join (select *, '' as measure from (${over(mart, mart, 'counts')}) as counts) as counted
         using (keys, year, key_values, measure)`,
    );
  }
  const scope = `target.mart in (${marts.map((mart) => `'${mart}'`).join(', ')})`;
  await applyRowChanges(session, { table: 'gold.rollups', staged: ROLLUPS, scope });
}

/**
 * Before a mart of items changes: subtracts what the rows of these requests contribute, because its rows are
 * judged by the reports as they still are.
 */
export async function takeItemsAway(
  session: Session,
  mart: string,
  requests: readonly number[],
): Promise<void> {
  if (!(await isOfItems(session, mart))) return;
  const before = temporary.before(mart);
  await session.query(
    `create temporary table ${before} on commit drop as
     select * from ${mart} where ${oneOf(requests)}`,
  );
  await addSums(session, mart, [['-', before]]);
}

/**
 * Brings the rollups of a mart in step with its rows. The mart's temporary table `before` holds the rows of
 * these requests as they were.
 */
export async function rollUpChanges(
  session: Session,
  mart: string,
  requests: readonly number[],
): Promise<void> {
  const after = `(select * from ${mart} where ${oneOf(requests)})`;
  await addSums(session, mart, [
    ...((await isOfItems(session, mart)) ? [] : [['-', temporary.before(mart)] as const]),
    ['', after],
  ]);
  await addCounts(session, mart, after);
}

/** A report may have several rows there. */
export async function isOfItems(session: Session, mart: string): Promise<boolean> {
  const { key } = await shapeOf(session, mart);
  return key.length > 2;
}

const oneOf = (requests: readonly number[]) =>
  `service_request_id = any ('{${requests.join(',')}}'::int[])`;

/** Adds what rows come to, or takes it away. */
async function addSums(
  session: Session,
  mart: string,
  signed: readonly (readonly [sign: '-' | '', rows: string])[],
): Promise<void> {
  const parts = signed.map(
    ([sign, rows]) =>
      `select ${KEY.join(', ')}, ${SUMS.map((sum) => `${sign}${sum} as ${sum}`).join(', ')}
       from (${over(rows, mart, 'sums')}) as part`,
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
  );
}

/**
 * Counts of companies and of requests change where one comes into a group or leaves it. A company leaves
 * only with its last request there; those of its requests that did not change place stand in the mart.
 */
async function addCounts(session: Session, mart: string, allAfter: string): Promise<void> {
  const placesBefore = over(temporary.before(mart), mart, 'places');
  const placesAfter = over(allAfter, mart, 'places');
  const { rows } = await session.query<{ service_request_id: number }>(
    `select distinct service_request_id from (
       (${placesBefore} except ${placesAfter}) union all (${placesAfter} except ${placesBefore})) as moved`,
  );
  if (rows.length === 0) return;
  const moved = oneOf(rows.map(({ service_request_id }) => service_request_id));
  const before = `(select * from ${temporary.before(mart)} where ${moved})`;
  const after = `(select * from ${mart} where ${moved})`;
  const others = `(select * from ${mart} where not ${moved} and company_id = any (array(
    select distinct company_id from moves where company_id is not null)))`;
  await add(
    session,
    mart,
    COUNTS,
    `with moves as materialized (
       select -1 as sign, was.* from (${over(before, mart, 'presence')}) as was
       union all
       select 1, is_now.* from (${over(after, mart, 'presence')}) as is_now)
     select keys, year, key_values, '' as measure, sum(companies) as companies, sum(participations) as participations
     from (
       select keys, year, key_values, 0 as companies, sum(sign) as participations
       from (select distinct sign, keys, year, key_values, service_request_id from moves) as requests
       group by keys, year, key_values
       union all
       select keys, year, key_values, sum(sign), 0
       from (
         select distinct sign, keys, year, key_values, company_id,
           case when company_id is null then service_request_id end as alone
         from moves) as companies
       where not exists (
         select from (${over(others, mart, 'presence')}) as other
         where other.keys = companies.keys and other.year = companies.year
           and other.key_values = companies.key_values and other.company_id = companies.company_id)
       group by keys, year, key_values
     ) as changes
     group by keys, year, key_values
     having sum(companies) <> 0 or sum(participations) <> 0`,
  );
}

async function add(
  session: Session,
  mart: string,
  columns: readonly string[],
  changes: string,
): Promise<void> {
  const rest = [...SUMS, ...COUNTS].filter((column) => !columns.includes(column));
  const added = columns.map((column) => `${column} = kept.${column} + excluded.${column}`);
  await session.query(
    `insert into gold.rollups as kept (mart, ${[...KEY, ...columns, ...rest].join(', ')})
     select '${mart}', ${[...KEY, ...columns, ...rest.map(() => '0')].join(', ')} from (${changes}) as changes
     on conflict (mart, ${KEY.join(', ')}) do update set ${added.join(', ')}`,
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
