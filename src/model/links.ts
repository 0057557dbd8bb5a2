import { entityNamed } from './lookup';
import type { Mart, Model, Table } from './mart';

/** A way from a row to the rows of another table that have the same values in some fields. */
export interface Link {
  /** The field of the row's type. */
  readonly field: string;
  readonly to: Table;
  /** The fields that must be equal, under the same names on both sides. */
  readonly by: readonly string[];
  /** There is one such row at most: the field is that row, not a connection. */
  readonly one: boolean;
}

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
