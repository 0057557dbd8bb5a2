import type { Session } from '../../../ground/database/session';
import type { Declaration } from '../../lineage/declaration';
import { lineage, readsShared } from '../../lineage/lineage';
import type { Audit } from '../record/audit';
import { sharedStep } from '../record/plan';
import { dropEmptyRollups, isOfItems, rollUpAll, rollUpChanges, takeItemsAway } from './rollups';
import type { AppliedRows } from '../record/rowChanges';
import { applyRowChanges } from '../record/rowChanges';
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
  requests: [],
};

/** The units of refresh that a mart, or rows that marts share, is read again for. */
interface Units {
  readonly ids: readonly number[];
  /** A condition on the rows of these units; undefined for all rows. */
  readonly scope: string | undefined;
}

/** Finds what has to be read again. Marts with the same origin are asked for once. */
class StaleUnits {
  private readonly known = new Map<string, Promise<Units>>();

  constructor(
    private readonly session: Session,
    private readonly full: boolean,
  ) {}

  of(table: Declaration): Promise<Units> {
    const select = staleUnits(table);
    const known = this.known.get(select) ?? this.read(table, select);
    this.known.set(select, known);
    return known;
  }

  private async read({ table, unit = '' }: Declaration, select: string): Promise<Units> {
    if (this.full) return { ids: [], scope: undefined };
    const { rows } = await this.session.query<{ id: unknown }>(
      `select ${unit} as id from (${select}) units`,
    );
    const ids = rows.map(({ id }) => id).filter((id) => typeof id === 'number');
    // They become part of a statement's text, where a text from a source must not stand.
    if (ids.length < rows.length) {
      throw new Error(
        `${table} is refreshed by ${unit}; expected a column of integers without null.`,
      );
    }
    if (ids.length > MAX_UNITS) return { ids, scope: undefined };
    // They are written out: only constants reach below a window over a unit's rows.
    return { ids, scope: `${unit} = any ('{${ids.join(',')}}')` };
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
      const { scope } = await units.of(each);
      await session.query(
        `create temporary table ${temporary.read(each.table)} on commit drop as
         select * from (${selectOf(each)}) each_row where ${scope ?? 'true'}`,
      );
    });
  }
  await steps.time('rollups of items', async () => {
    for (const mart of marts) {
      const { ids, scope } = await units.of(mart);
      if (scope !== undefined) await takeItemsAway(session, mart.table, ids);
    }
  });
  const changes: Record<string, AppliedRows> = {};
  for (const mart of marts) {
    changes[mart.table] = await steps.time(mart.table, async () =>
      refreshMart(session, mart, await units.of(mart), audit),
    );
  }
  await steps.time('rollups', async () => {
    const rebuilt: string[] = [];
    for (const mart of marts) {
      const { ids, scope } = await units.of(mart);
      if (scope === undefined) rebuilt.push(mart.table);
      else {
        // Items may count otherwise where only the reports changed.
        const ofItems = await isOfItems(session, mart.table);
        const changed = ofItems ? ids : (changes[mart.table]?.requests ?? []);
        if (changed.length > 0) await rollUpChanges(session, mart.table, changed);
      }
    }
    if (rebuilt.length > 0) await rollUpAll(session, rebuilt);
    if (rebuilt.length < marts.length) await dropEmptyRollups(session);
  });
  return changes;
}

async function refreshMart(
  session: Session,
  mart: Declaration,
  { scope }: Units,
  audit: Audit,
): Promise<AppliedRows> {
  const { table } = mart;
  const staged = temporary.read(table);
  const ofUnits = readsShared(mart) || scope === undefined ? '' : ` where ${scope}`;
  await session.query(
    `create temporary table ${staged} on commit drop as
     select * from (${selectOf(mart)}) each_row${ofUnits}`,
  );
  if (!(await audit.examine({ table, staged, scope }))) return NOT_WRITTEN;
  const keepsBefore = scope !== undefined && !(await isOfItems(session, table));
  return await applyRowChanges(session, {
    table,
    staged,
    scope: scope && `target.${scope}`,
    ...(keepsBefore ? { rowsBefore: temporary.before(table) } : {}),
  });
}
