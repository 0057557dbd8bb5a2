import DataLoader from 'dataloader';
import type { Knex } from 'knex';
import type { QuietMoment } from './quietMoment';

/** What the register says of a service request's certificate. */
export interface RegisterEntry {
  readonly number: string | null;
  readonly issueDate: string | null;
  readonly endDate: string | null;
}

export type RegisterLoader = DataLoader<number, RegisterEntry | null>;

/** Both by service_request_id. */
export interface RegisterLoaders {
  readonly participant: RegisterLoader;
  readonly serviceRequest: RegisterLoader;
}

export function registerLoaders(
  database: () => Promise<Knex>,
  moment: QuietMoment,
): RegisterLoaders {
  return {
    participant: loaderOf('silver.techpark_participants', database, moment),
    serviceRequest: loaderOf('silver.service_requests', database, moment),
  };
}

interface RegisterRow {
  readonly service_request_id: number;
  readonly certificate_number: string | null;
  readonly certificate_issue_date: string | null;
  readonly certificate_end_date: string | null;
}

function loaderOf(
  table: string,
  database: () => Promise<Knex>,
  moment: QuietMoment,
): RegisterLoader {
  return new DataLoader(
    async (ids) => {
      const rows = await (
        await database()
      )<RegisterRow>(table)
        .select(
          'service_request_id',
          'certificate_number',
          'certificate_issue_date',
          'certificate_end_date',
        )
        // One array is one value to bind, however many rows the pages have.
        .whereRaw('service_request_id = any(?::integer[])', [[...ids]]);
      const entries = new Map(rows.map((row) => [row.service_request_id, entryOf(row)]));
      return ids.map((id) => entries.get(id) ?? null);
    },
    { batchScheduleFn: moment.schedule },
  );
}

function entryOf(row: RegisterRow): RegisterEntry {
  return {
    number: row.certificate_number,
    issueDate: row.certificate_issue_date,
    endDate: row.certificate_end_date,
  };
}
