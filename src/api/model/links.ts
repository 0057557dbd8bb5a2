import { entityNamed } from './lookup';
import type { Link, Mart, Model, Table } from './mart';

/**
 * The graph below a type: a company leads to its participations and its reports, these to the rows in
 * each mart. The ways back (`company`, `participation`, `report`) lead to one entity by its key.
 */
export function linksOf(model: Model): ReadonlyMap<string, readonly Link[]> {
  const participant = entityNamed(model, 'Participant');
  const report = entityNamed(model, 'Report');
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
        ...model.marts.map((mart) => many(mart, 'companyId')),
      ],
    ],
    [
      'Participant',
      [
        many(report, 'serviceRequestId'),
        ...model.marts.map((mart) => many(mart, 'serviceRequestId')),
      ],
    ],
    ['Report', model.marts.map(ofOneReport)],
  ]);
}

/** Both fields: the service request is what large tables are distributed by. */
function ofOneReport(mart: Mart): Link {
  const by = ['serviceRequestId', 'reportId'];
  return { field: mart.rootField, to: mart, by, one: mart.reportTable === mart.table };
}
