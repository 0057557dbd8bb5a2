import type { EntityLoader } from '../../loaders/entity';
import type { Loaders } from '../../loaders/loaders';
import type { Row } from '../../query/pages/page';
import type { RequestContext } from '../request/context';
import { numberOf } from './rowValue';

type Resolver = (row: Row, given: unknown, context: RequestContext) => Promise<Row | null>;

/** The company that a row of any table names. */
export const companyOf = entityOf('companyId', ({ company }) => company);

/** The company of a row that has its BIN alone. */
export function companyByBinOf(field: string): Resolver {
  return async (row, _given, { loaders }) => {
    const bin = row[field];
    return typeof bin === 'string' ? loaders.companyByBin.load(bin) : null;
  };
}

/** The participation that a report belongs to. */
export const participationOf = entityOf('serviceRequestId', ({ participation }) => participation);

/** The report that a row of a mart is of. */
export const reportOf = entityOf('reportId', ({ report }) => report);

function entityOf(field: string, loaderIn: (loaders: Loaders) => EntityLoader): Resolver {
  return async (row, _given, { loaders }) => {
    const id = numberOf(row, field);
    return id === null ? null : loaderIn(loaders).load(id);
  };
}
