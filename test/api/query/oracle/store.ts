import type { Knex } from 'knex';
import type { Mart } from '../../../../src/api/model/mart';
import { givenRows } from '../given/rows';
import type { OracleRequest } from './arbitraries';
import { decimal } from './decimal';
import type { Report } from './report';

/** Puts the rows in the mart's table, in place of those before. */
export async function storeReports(
  database: Knex,
  mart: Mart,
  reports: readonly (Report & { readonly itemNo?: number })[],
): Promise<void> {
  await database(mart.table).delete();
  const rows = reports.map((report) => ({
    report_id: report.reportId,
    service_request_id: report.serviceRequestId,
    company_id: report.companyId,
    year: report.year,
    report_type: report.reportType.toLowerCase(),
    certificate_number: report.ownNumber,
    bin: report.bin,
    bin_pseudonym: report.binPseudonym,
    company_name: report.companyName,
    superseded: report.superseded,
    ...(mart.rootField === 'generalIndicators'
      ? {
          activity_fields: report.activityFields,
          country: report.investor,
          is_resident: report.isResident,
        }
      : {}),
    ...(report.itemNo === undefined
      ? {}
      : { item_no: report.itemNo, country_code: report.country }),
    ...Object.fromEntries(
      mart.measures.map(({ column, field, type }) => {
        const value = report.values[field] ?? null;
        return [column, value === null ? null : type === 'Int' ? Number(value) : decimal(value)];
      }),
    ),
  }));
  await givenRows(database, mart.table, rows);
}

/** Puts what the registers say of the requests in place of what they said before. */
export async function storeRequests(
  database: Knex,
  requests: readonly OracleRequest[],
): Promise<void> {
  const participants = requests.flatMap(({ serviceRequestId, participant }) =>
    participant === undefined
      ? []
      : [
          {
            service_request_id: serviceRequestId,
            bp_status: 'registered',
            certificate_number: participant,
          },
        ],
  );
  const known = requests.flatMap(({ serviceRequestId, request }) =>
    request === undefined
      ? []
      : [{ service_request_id: serviceRequestId, certificate_number: request }],
  );
  await database('silver.techpark_participants').delete();
  await database('silver.service_requests').delete();
  if (participants.length > 0) await database('silver.techpark_participants').insert(participants);
  if (known.length > 0) await database('silver.service_requests').insert(known);
}
