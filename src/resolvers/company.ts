import { entityNamed } from '../model/lookup';
import type { Model } from '../model/mart';
import { findCompanyByBin } from '../query/companyByBin';
import type { Row } from '../query/page';
import type { QueryResolvers } from '../generated/resolvers';
import { connectionOf } from './connection';
import type { RequestContext } from './context';
import { answerError } from './errors';
import { published } from './published';
import { numberOf } from './rowValue';

/** One company, by its id or by its BIN. */
export function company(model: Model): NonNullable<QueryResolvers['company']> {
  const companies = entityNamed(model, 'Company');
  return async (_source, { id, bin }, context) => {
    const { database, query } = await published(context);
    if (typeof id === 'string' && typeof bin !== 'string') {
      return isCompanyId(id) ? context.loaders.company.load(Number(id)) : null;
    }
    if (typeof bin !== 'string' || typeof id === 'string') {
      throw answerError('BAD_USER_INPUT', 'company takes an id or a bin; expected one of the two.');
    }
    if (!/^\d{12}$/.test(bin)) {
      throw answerError('BAD_USER_INPUT', 'bin is not a BIN; expected twelve digits.');
    }
    const found = await findCompanyByBin(database, companies, bin, query);
    return found === null ? null : context.loaders.company.load(found);
  };
}

/** The company that a row of any table names. */
export async function companyOf(
  row: Row,
  _arguments: unknown,
  { loaders }: RequestContext,
): Promise<Row | null> {
  const companyId = numberOf(row, 'companyId');
  return companyId === null ? null : loaders.company.load(companyId);
}

/** What a company leads to: its participations, and its rows in each mart. */
export function companyFields(model: Model) {
  const tables = [
    { field: 'participations', table: entityNamed(model, 'Participant') },
    ...model.marts.map((mart) => ({ field: mart.rootField, table: mart })),
  ];
  const connections = tables.map(({ field, table }) => {
    const key = table.dimensions.find((dimension) => dimension.field === 'companyId');
    if (!key) throw new Error(`${table.name} has no companyId, by which its company is known.`);
    const parentOf = (source: Row) => ({
      column: key.column,
      value: numberOf(source, 'companyId') ?? 0,
    });
    return [field, connectionOf(table, parentOf)] as const;
  });
  return {
    id: (row: Row) => String(row['companyId']),
    ...Object.fromEntries(connections),
  };
}

/** Ids are those of the source, int4; anything else names no company. */
function isCompanyId(id: string): boolean {
  return /^\d{1,10}$/.test(id) && Number(id) <= 2_147_483_647;
}
