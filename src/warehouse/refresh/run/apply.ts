import type { Session } from '../../../ground/database/session';
import { gatesWith, type GateSettings } from '../../gates/gateSettings';
import type { GateResult } from '../../gates/judgement';
import { lineage } from '../../lineage/lineage';
import { Audit, gatesHash, type RowCounts } from '../record/audit';
import { COUNTRY_NAMES } from '../../../ground/countries/countryNames';
import { definitionHash } from '../tables/definition';
import { isSameDemonstration, readDemonstration } from '../tables/demonstration';
import { passGates } from './gateStep';
import { refreshGold } from '../tables/gold';
import { heldState, refuseWhatIsHeld } from './held';
import { analyzeEvents, readPending } from '../tables/newestEvents';
import { givePseudonyms } from '../tables/pseudonyms';
import { publish, readPublished } from './publish';
import type { Turn } from './refreshLock';
import { changesOf, type AppliedRows, type RowChanges } from '../record/rowChanges';
import { refreshSilver } from '../tables/silver';
import type { Steps } from '../record/steps';
import { temporary } from '../tables/temporaryTables';

async function writeCountryNames(session: Session): Promise<void> {
  await session.query('delete from silver.country_names');
  await session.query(
    'insert into silver.country_names (name, country_code) select * from unnest($1::text[], $2::text[])',
    [[...COUNTRY_NAMES.keys()], [...COUNTRY_NAMES.values()]],
  );
}

/** Statistics after large changes: the planner would otherwise guess until autovacuum comes by. */
async function analyzeChanged(
  session: Session,
  changed: Readonly<Record<string, RowChanges>>,
): Promise<void> {
  for (const [table, { inserted, updated, deleted }] of Object.entries(changed)) {
    if (lineage().table(table).served && inserted + updated + deleted > 5_000)
      await session.query(`analyze ${table}`);
  }
}

/**
 * PostgreSQL prices a function that reads a form like one that adds two numbers, and so reads 30,000
 * forms with one process. For this transaction parallel work is free.
 */
async function preferParallelReading(session: Session): Promise<void> {
  await session.query(
    `select set_config('parallel_setup_cost', '0', true), set_config('parallel_tuple_cost', '0', true),
       set_config('min_parallel_table_scan_size', '1MB', true)`,
  );
}

/** Tables that a SELECT names without a schema are found in refresh, where a full rebuild has them. */
async function findWorkTables(session: Session): Promise<void> {
  await session.query(`select set_config('search_path', 'refresh, public', true)`);
}

/**
 * Lets the server notice within a second that this process died, also in the midst of a statement, so
 * that the next refresh need not wait for the end of it (not every platform can).
 */
async function noticeDeath(session: Session): Promise<void> {
  await session.query(
    `select set_config('client_connection_check_interval', '1s', true)
     where version() !~* 'windows|mingw|visual c'`,
  );
}

export interface Applied {
  readonly dataVersionId: string | undefined;
  readonly full: boolean;
  readonly applied: Readonly<Record<string, AppliedRows>>;
  readonly gates: readonly GateResult[];
  readonly rows: RowCounts;
}

export interface Asked {
  /** Rebuild from all of Bronze. */
  readonly full: boolean;
  readonly gates: GateSettings | undefined;
}

const NOTHING: Applied = {
  dataVersionId: undefined,
  full: false,
  applied: {},
  gates: [],
  rows: {},
};

/**
 * Applies what is new and publishes it, by the commit of the turn's transaction; or does nothing. Throws
 * HeldBack where a gate says no to it.
 */
export async function apply(
  session: Session,
  turn: Turn,
  runId: string,
  { full, gates: settings }: Asked,
  steps: Steps,
): Promise<Applied> {
  const hash = definitionHash();
  const gates = gatesWith(settings);
  const made = await turn.attempt(async (): Promise<Applied> => {
    await noticeDeath(session);
    await preferParallelReading(session);
    await findWorkTables(session);
    const published = await readPublished(session);
    const demonstration = await readDemonstration(session);
    const pending = await readPending(session, demonstration.systems);
    const madeAnew =
      full ||
      published.definitionHash !== hash ||
      !isSameDemonstration(published.demonstrating, demonstration.systems);
    if (!madeAnew && pending.every(({ from, to }) => from === to)) return NOTHING;
    const upTo = pending.map(({ table, to }) => [table.id, to]);
    const state = heldState([published.dataVersionId, upTo, hash, demonstration.systems, gates]);
    if (!full) await refuseWhatIsHeld(session, state);

    await steps.time('bronze', () => analyzeEvents(session, pending));
    if (madeAnew) await writeCountryNames(session);
    const audit = new Audit(session, gates);
    const silver = await refreshSilver(session, { pending, full: madeAnew }, steps);
    await steps.time('pseudonyms', () => givePseudonyms(session));
    for (const table of Object.keys(silver)) {
      await audit.examine({ table, staged: temporary.read(table), units: undefined });
    }
    const gold = await refreshGold(session, { full: madeAnew }, steps, audit);
    const applied = { ...silver, ...gold };
    const passed = await steps.time('gates', () =>
      passGates(session, audit, {
        gates,
        applied,
        published,
        demonstrating: demonstration.systems,
        full: madeAnew,
        state,
      }),
    );
    await steps.time('statistics', () => analyzeChanged(session, applied));
    const dataVersionId = await steps.time('publish', () =>
      publish(session, {
        runId,
        pending,
        definitionHash: hash,
        demonstration,
        full: madeAnew,
        changed: changesOf(applied),
        gatesHash: gatesHash(gates),
        ...passed,
      }),
    );
    return { dataVersionId, full: madeAnew, applied, ...passed };
  });
  if (made.dataVersionId !== undefined) await turn.commit();
  return made;
}
