import type { Viewer } from '../../access/viewer';
import { entityNamed } from '../../model/lookup';
import type { Model } from '../../model/mart';
import { findCompanyByBin } from '../../query/columns/companyByBin';
import type { QueryResolvers } from '../../generated/resolvers';
import { answerError } from '../request/errors';
import { published } from '../request/published';

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
    if (mayLookUp(query.viewer)) context.countLookup(query.viewer);
    const found = await findCompanyByBin(database, companies, bin, query);
    return found === null ? null : context.loaders.company.load(found);
  };
}

/** A caller that reads BINs has no need to guess them. */
export function mayLookUp({ rights }: Viewer): boolean {
  return rights.has('bin:lookup') && !rights.has('bin:read');
}

/** Ids are those of the source, int4; anything else names no company. */
function isCompanyId(id: string): boolean {
  return /^\d{1,10}$/.test(id) && Number(id) <= 2_147_483_647;
}
