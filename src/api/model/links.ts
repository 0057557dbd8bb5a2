import { entityNamed, isOfItems } from './lookup';
import type { Link, Mart, Model, Table } from './mart';

/**
 * The graph below a type: a company leads to its participations, its reports, and its rows in each mart that
 * has its id; a participation and a report to the rows in each mart of reports. The ways back (`company`, `participation`, `report`) lead to one entity by its key.
 */
export function linksOf(model: Model): ReadonlyMap<string, readonly Link[]> {
  const participant = entityNamed(model, 'Participant');
  const report = entityNamed(model, 'Report');
  const ofReports = model.marts.filter(({ grain }) => grain === report.grain);
  const many = (to: Table, by: string, field = to.rootField): Link => ({
    field,
    to,
    by: [by],
    one: false,
  });
  return new Map([
    [
      'Company',
      [
        many(participant, 'companyId', 'participations'),
        many(report, 'companyId'),
        ...model.marts
          .filter(({ company, rows }) => rows && company?.by === 'id')
          .map((mart) => many(mart, 'companyId')),
      ],
    ],
    [
      'Participant',
      [
        many(report, 'serviceRequestId'),
        ...ofReports.map((mart) => many(mart, 'serviceRequestId')),
      ],
    ],
    ['Report', ofReports.map(ofOneReport)],
  ]);
}

/** Both fields: the service request is what large tables are distributed by. */
function ofOneReport(mart: Mart): Link {
  const by = ['serviceRequestId', 'reportId'];
  return { field: mart.rootField, to: mart, by, one: !isOfItems(mart) };
}
