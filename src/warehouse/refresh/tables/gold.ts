import type { Session } from '../../../ground/database/session';
import type { Declaration } from '../../lineage/declaration';
import { lineage, readsShared } from '../../lineage/lineage';
import type { Audit } from '../record/audit';
import { sharedStep } from '../record/plan';
import { dropEmptyRollups, rollUpAll, rollUpChanges, takeAway } from './rollups';
import { judgedByOthers, rollupsOf, type Rollups } from './rollupStatements';
import { applyRowChanges, shapeOf, type AppliedRows } from '../record/rowChanges';
import { selectOf } from './selects';
import { staleUnits } from './stale';
import type { Steps } from '../record/steps';
import { temporary } from './temporaryTables';

/** Beyond so many units, reading all of them is cheaper than finding each. */
const MAX_UNITS = 20_000;

const NOT_WRITTEN: AppliedRows = {
  inserted: 0,
  updated: 0,
  deleted: 0,
  read: 0,
  gone: [],
  units: [],
};

/**
 * The units of refresh that a mart, or rows that marts share, is read again for, as texts; undefined for all.
 * They are bound to the statements: an ordinary constant alone reaches below a window over a unit's rows.
 */
type Units = readonly string[] | undefined;

/** Finds what has to be read again. Marts with the same origin are asked for once. */
class StaleUnits {
  private readonly known = new Map<string, Promise<Units>>();

  constructor(
    private readonly session: Session,
    private readonly full: boolean,
  ) {}

  of(table: Declaration): Promise<Units> {
    const select = staleUnits(table);
    const known = this.known.get(select) ?? this.read(select);
    this.known.set(select, known);
    return known;
  }

  private async read(select: string): Promise<Units> {
    if (this.full) return undefined;
    if (select === '') return [];
    // A row of another table that belongs to no unit is in no row of a mart.
    const { rows } = await this.session.query<{ unit: string }>(
      `select unit::text as unit from (${select}) units (unit) where unit is not null`,
    );
    return rows.length > MAX_UNITS ? undefined : rows.map(({ unit }) => unit);
  }
}

/**
 * Brings the marts in step with Silver, each after its gates have examined the rows. What cannot be written at
 * all is left out: the audit holds the run. Returns the changes of each.
 */
export async function refreshGold(
  session: Session,
  { full }: { readonly full: boolean },
  steps: Steps,
  audit: Audit,
): Promise<Record<string, AppliedRows>> {
  const { shared, marts } = lineage();
  const units = new StaleUnits(session, full);
  for (const each of shared) {
    await steps.time(sharedStep(each.table), async () => {
      await createRead(session, each, await units.of(each));
    });
  }
  await steps.time('rollups of items', async () => {
    for (const mart of marts) {
      const rollups = rollupsOf(mart);
      const stale = await units.of(mart);
      if (rollups !== undefined && judgedByOthers(rollups) && stale !== undefined) {
        await takeAway(session, rollups, stale);
      }
    }
  });
  const changes: Record<string, AppliedRows> = {};
  for (const mart of marts) {
    changes[mart.table] = await steps.time(mart.table, async () =>
      refreshMart(session, mart, await units.of(mart), audit),
    );
  }
  await steps.time('rollups', async () => {
    const rebuilt: Rollups[] = [];
    let changedSome = false;
    for (const mart of marts) {
      const rollups = rollupsOf(mart);
      if (rollups === undefined) continue;
      const stale = await units.of(mart);
      if (stale === undefined) rebuilt.push(rollups);
      else {
        // Rows that are judged by those of another mart may count otherwise where only the latter changed.
        const changed = judgedByOthers(rollups) ? stale : (changes[mart.table]?.units ?? []);
        if (changed.length > 0) await rollUpChanges(session, rollups, changed);
        changedSome = true;
      }
    }
    if (rebuilt.length > 0) await rollUpAll(session, rebuilt);
    if (changedSome) await dropEmptyRollups(session);
  });
  return changes;
}

async function refreshMart(
  session: Session,
  mart: Declaration,
  units: Units,
  audit: Audit,
): Promise<AppliedRows> {
  const { table, unit = '' } = mart;
  const { given } = await shapeOf(session, table);
  if (!given.includes(unit)) {
    throw new Error(
      `${table} is refreshed by ${unit}; expected it to be a column of the table that is never null.`,
    );
  }
  await createRead(session, mart, readsShared(mart) ? undefined : units);
  const staged = temporary.read(table);
  if (!(await audit.examine({ table, staged, units }))) return NOT_WRITTEN;
  const rollups = rollupsOf(mart);
  const keepsBefore = units !== undefined && rollups !== undefined && !judgedByOthers(rollups);
  return await applyRowChanges(session, {
    table,
    staged,
    ...(units === undefined
      ? { scope: undefined }
      : { scope: `target.${unit} = any ($1)`, values: [units] }),
    ...(keepsBefore ? { before: { name: temporary.before(table), unit } } : {}),
  });
}

/** Makes the temporary table of a table's rows as they should be, of some units or of all. */
async function createRead(session: Session, table: Declaration, units: Units): Promise<void> {
  const ofUnits = units === undefined ? '' : ` where ${table.unit ?? ''} = any ($1)`;
  await session.query(
    `create temporary table ${temporary.read(table.table)} on commit drop as
     select * from (${selectOf(table)}) each_row${ofUnits}`,
    units === undefined ? [] : [units],
  );
}
