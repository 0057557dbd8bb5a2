import type { Session } from '../database/session';
import { definitionOf, goldTables } from './definition';
import type { Audit } from './audit';
import { dropEmptyRollups, isOfItems, rollUpAll, rollUpChanges, takeItemsAway } from './rollups';
import type { AppliedRows } from './rowChanges';
import { applyRowChanges } from './rowChanges';
import type { Steps } from './steps';

/** Beyond so many requests, reading all of them is cheaper than finding each. */
const MOST_REQUESTS = 20_000;

/**
 * The requests whose marts may have changed: those of changed reports (the old request and the new
 * one, both being part of the key), changed ones, and those with a BIN of another pseudonym. Whether
 * a report is superseded depends on its request's others, so a request's rows go together.
 */
async function changedRequests(session: Session, redrawn: readonly string[]): Promise<number[]> {
  const { rows } = await session.query<{ service_request_id: number }>(
    `select service_request_id from changed_service_report_v2
     union select service_request_id from changed_service_requests
     union select service_request_id from silver.service_report_v2
       where $1::text[] <> '{}' and company_tin = any ($1::text[])`,
    [redrawn],
  );
  return rows.map(({ service_request_id }) => service_request_id);
}

const NOT_WRITTEN: AppliedRows = {
  inserted: 0,
  updated: 0,
  deleted: 0,
  read: 0,
  gone: [],
  requests: [],
};

/**
 * Brings the marts in step with Silver, each once its rows are looked at. What cannot be written at all
 * is left out: the audit holds the run. Returns the changes of each.
 */
export async function refreshGold(
  session: Session,
  { full, redrawn }: { readonly full: boolean; readonly redrawn: readonly string[] },
  steps: Steps,
  audit: Audit,
): Promise<Record<string, AppliedRows>> {
  const requests = full ? [] : await changedRequests(session, redrawn);
  // The requests are written out: only constants reach below the window that tells what is superseded.
  const scope =
    full || requests.length > MOST_REQUESTS
      ? undefined
      : `service_request_id = any ('{${requests.join(',')}}'::int[])`;
  await steps.time('signed reports', () =>
    session.query(
      `create temporary table signed_reports on commit drop as
       select * from (${definitionOf('silver', 'signed_reports')}) report where ${scope ?? 'true'}`,
    ),
  );
  const names = goldTables();
  await steps.time('rollups of items', async () => {
    if (scope !== undefined) await takeItemsAway(session, names, requests);
  });
  const changes: Record<string, AppliedRows> = {};
  for (const name of names) {
    const table = `gold.${name}`;
    changes[table] = await steps.time(table, async () => {
      await session.query(
        `create temporary table read_${name} on commit drop as ${definitionOf('gold', name)}`,
      );
      const staged = `read_${name}`;
      if (!(await audit.examine({ table, staged, scope }))) return NOT_WRITTEN;
      const rowsBefore =
        scope === undefined || (await isOfItems(session, name))
          ? {}
          : { rowsBefore: `before_${name}` };
      return await applyRowChanges(session, {
        table,
        staged,
        scope: scope && `target.${scope}`,
        ...rowsBefore,
      });
    });
  }
  await steps.time('rollups', async () => {
    if (scope === undefined) return await rollUpAll(session, names);
    for (const name of names) {
      // Items may count otherwise where only the reports changed.
      const ofItems = await isOfItems(session, name);
      const changed = ofItems ? requests : (changes[`gold.${name}`]?.requests ?? []);
      if (changed.length > 0) await rollUpChanges(session, name, changed);
    }
    await dropEmptyRollups(session);
  });
  return changes;
}
