import type { Session } from '../../../ground/database/session';
import type { Declaration } from '../../lineage/declaration';
import { isFromEvents, lineage, type SourceReading } from '../../lineage/lineage';
import type { SourceTable } from '../../systems/sourceTable';
import type { Extent, Pending } from './newestEvents';
import { dropNewestEvents, readNewestEvents, readTouchedKeys } from './newestEvents';
import { applyRowChanges, type AppliedRows, type Target } from '../record/rowChanges';
import { selectOf, selectOfRowsRead } from './selects';
import { staleRows } from './stale';
import type { Steps } from '../record/steps';
import { temporary } from './temporaryTables';

export interface SilverInput {
  readonly pending: readonly Pending[];
  readonly full: boolean;
}

/** Reads the rows of changed events, and those that read a changed row of another table. */
async function refreshFromEvents(
  session: Session,
  reading: SourceReading,
  { pending, full }: SilverInput,
): Promise<{ extent: Extent; changes: AppliedRows }> {
  const { table, source, key } = reading;
  const events = pending.find((each) => each.table === source);
  if (events === undefined) throw new Error(`bronze.progress has no row for ${source.id}.`);
  const stale = staleRows(reading);
  const dependents = stale && `select ${key} from ${table} where ${stale}`;
  const extent = await readTouchedKeys(session, events, full, dependents);
  await readNewestEvents(session, events, extent);
  await createRead(session, table, selectOf(reading));
  await dropNewestEvents(session, source, extent);
  const changes = await applyRowChanges(session, {
    table,
    staged: temporary.read(table),
    ...changesOf(table),
    scope: scopeOf(`target.${key}`, source, extent),
  });
  return { extent, changes };
}

/** Reads rows that are made of other tables of Silver. */
async function refreshFromSilver(
  session: Session,
  declaration: Declaration,
  full: boolean,
): Promise<AppliedRows> {
  const { table } = declaration;
  const scope = full ? undefined : staleRows(declaration);
  await createRead(
    session,
    table,
    `select * from (${selectOf(declaration)}) target where ${scope ?? 'true'}`,
  );
  return await applyRowChanges(session, {
    table,
    staged: temporary.read(table),
    ...changesOf(table),
    scope: scope && `(${scope})`,
  });
}

/** Defects are read along with the rows that have them; here they get their own rows. */
async function refreshDefects(
  session: Session,
  declaration: Declaration,
  extents: ReadonlyMap<SourceTable, Extent>,
): Promise<AppliedRows> {
  const { table } = declaration;
  await createRead(session, table, selectOfRowsRead(declaration));
  const scopes = [...extents].map(([source, extent]) => {
    const keys = scopeOf('target.key_id', source, extent, '::text');
    return `target.source_table = '${source.id}'${keys === undefined ? '' : ` and ${keys}`}`;
  });
  return await applyRowChanges(session, {
    table,
    staged: temporary.read(table),
    scope: `(${scopes.join(' or ')})`,
  });
}

/** What changed is kept where another table's rows depend on it, by the columns that those name. */
function changesOf(table: string): Pick<Target, 'changes'> {
  const columns = lineage()
    .tables.flatMap(({ reads }) => reads)
    .flatMap((read) => (read.table === table && read.link ? [read.link.theirs] : []));
  return columns.length === 0 ? {} : { changes: { name: temporary.changed(table), columns } };
}

async function createRead(session: Session, table: string, select: string): Promise<void> {
  await session.query(
    `create temporary table ${temporary.read(table)} on commit drop as ${select}`,
  );
}

function scopeOf(
  column: string,
  source: SourceTable,
  extent: Extent,
  cast = '',
): string | undefined {
  if (extent === 'all') return undefined;
  return `${column} = any (array(select key_id${cast} from ${temporary.touched(source)}))`;
}

/** Brings Silver in step with Bronze. Returns the changes of each table. */
export async function refreshSilver(
  session: Session,
  input: SilverInput,
  steps: Steps,
): Promise<Record<string, AppliedRows>> {
  const { silver, defects } = lineage();
  const changes: Record<string, AppliedRows> = {};
  const extents = new Map<SourceTable, Extent>();
  for (const each of silver) {
    changes[each.table] = await steps.time(each.table, async () => {
      if (!isFromEvents(each)) return await refreshFromSilver(session, each, input.full);
      const refreshed = await refreshFromEvents(session, each, input);
      extents.set(each.source, refreshed.extent);
      return refreshed.changes;
    });
  }
  changes[defects.table] = await steps.time(defects.table, () =>
    refreshDefects(session, defects, extents),
  );
  return changes;
}
