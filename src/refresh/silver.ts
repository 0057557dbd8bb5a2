import type { Session } from '../database/session';
import type { SourceTable } from '../database/sourceTables';
import { definitionOf } from './definition';
import type { Extent, Pending } from './newestEvents';
import { dropNewestEvents, readNewestEvents, readTouchedKeys } from './newestEvents';
import type { AppliedRows } from './rowChanges';
import { applyRowChanges } from './rowChanges';
import type { Steps } from './steps';

export interface SilverInput {
  readonly pending: readonly Pending[];
  readonly full: boolean;
  /** The rows come from demonstration data, or else from real ones: never from both. */
  readonly demonstration: boolean;
}

/** Requests whose own row or whose company changed: what depends on them is read anew. */
const CHANGED_REQUESTS = `
  select service_request_id from changed_service_requests
  union
  select service_request_id from silver.service_requests join changed_companies using (company_id)`;

const REPORTS_OF_CHANGED_REQUESTS = `
  select report_id from silver.service_report_v2
  where service_request_id = any (array(${CHANGED_REQUESTS}))`;

interface SilverTable {
  readonly name: string;
  readonly key: string;
  readonly source: SourceTable;
  /** Keys beside those of the pending events. */
  readonly dependents?: string;
}

/** In the order in which they look at each other. */
const COMPANIES: SilverTable = { name: 'companies', key: 'company_id', source: 'account_company' };
const REQUESTS: SilverTable = {
  name: 'service_requests',
  key: 'service_request_id',
  source: 'service_servicerequest',
};
const REPORTS: SilverTable = {
  name: 'service_report_v2',
  key: 'report_id',
  source: 'service_report',
  dependents: REPORTS_OF_CHANGED_REQUESTS,
};

async function refreshFromBronze(
  session: Session,
  { name, key, source, dependents }: SilverTable,
  { pending, full, demonstration }: SilverInput,
): Promise<{ extent: Extent; changes: AppliedRows }> {
  const events = pending.find(({ table }) => table === source);
  if (events === undefined) throw new Error(`bronze.progress has no row for ${source}.`);
  const extent = await readTouchedKeys(session, events, full, dependents);
  await readNewestEvents(session, source, extent, demonstration);
  await session.query(
    `create temporary table read_${name} on commit drop as ${definitionOf('silver', name)}`,
  );
  await dropNewestEvents(session, source, extent);
  const changes = await applyRowChanges(session, {
    table: `silver.${name}`,
    staged: `read_${name}`,
    changedKeys: `changed_${name}`,
    scope:
      extent === 'all'
        ? undefined
        : `target.${key} = any (array(select key_id from touched_${source}))`,
  });
  return { extent, changes };
}

/** Participants are read from Silver itself: the requests that were granted, with their companies. */
async function refreshParticipants(session: Session, full: boolean): Promise<AppliedRows> {
  const scope = full ? undefined : `service_request_id = any (array(${CHANGED_REQUESTS}))`;
  await session.query(
    `create temporary table read_techpark_participants on commit drop as
     select * from (${definitionOf('silver', 'techpark_participants')}) participant
     where ${scope ?? 'true'}`,
  );
  return await applyRowChanges(session, {
    table: 'silver.techpark_participants',
    staged: 'read_techpark_participants',
    scope: scope && `target.${scope}`,
  });
}

/** Defects travel with the rows that were read; here they get their own rows. */
async function refreshDefects(
  session: Session,
  extents: Readonly<Record<SourceTable, Extent>>,
): Promise<AppliedRows> {
  await session.query(
    `create temporary table read_defects on commit drop as ${definitionOf('silver', 'defects')}`,
  );
  const scopes = Object.entries(extents).map(([source, extent]) => {
    const keys =
      extent === 'all'
        ? ''
        : ` and target.key_id = any (array(select key_id from touched_${source}))`;
    return `target.source_table = '${source}'${keys}`;
  });
  return await applyRowChanges(session, {
    table: 'silver.defects',
    staged: 'read_defects',
    scope: `(${scopes.join(' or ')})`,
  });
}

/** Brings Silver in step with Bronze. Returns the changes of each table. */
export async function refreshSilver(
  session: Session,
  input: SilverInput,
  steps: Steps,
): Promise<Record<string, AppliedRows>> {
  const companies = await steps.time('silver.companies', () =>
    refreshFromBronze(session, COMPANIES, input),
  );
  const requests = await steps.time('silver.service_requests', () =>
    refreshFromBronze(session, REQUESTS, input),
  );
  const participants = await steps.time('silver.techpark_participants', () =>
    refreshParticipants(session, input.full),
  );
  const reports = await steps.time('silver.service_report_v2', () =>
    refreshFromBronze(session, REPORTS, input),
  );
  const defects = await steps.time('silver.defects', () =>
    refreshDefects(session, {
      account_company: companies.extent,
      service_servicerequest: requests.extent,
      service_report: reports.extent,
    }),
  );
  return {
    'silver.companies': companies.changes,
    'silver.service_requests': requests.changes,
    'silver.techpark_participants': participants,
    'silver.service_report_v2': reports.changes,
    'silver.defects': defects,
  };
}
