import type {
  CompanyMatchConnectionResolvers,
  CompanyMatchEdgeResolvers,
  CompanyMatchResolvers,
  QueryResolvers,
} from '../../generated/resolvers';
import type { Model } from '../../model/mart';
import {
  isBin,
  readSearchText,
  searchCompanies,
  type CompanyMatch,
  type MatchPage,
} from '../../query/pages/companySearch';
import { mayLookUp } from './company';
import { withCallersErrors } from '../request/errors';
import { pageFields, type PageEdge } from '../request/pageFields';
import { published } from '../request/published';
import { Selection } from '../request/selection';

export type MatchEdge = PageEdge<MatchPage, CompanyMatch>;

/** Companies by what people type. A BIN that is looked up counts as it does for `company`. */
export function companySearch(model: Model): NonNullable<QueryResolvers['companySearch']> {
  return async (_source, request, context, info) => {
    const { database, query } = await published(context);
    const asked = Selection.below(info);
    const match = asked.under('nodes').and(asked.under('edges').under('node'));
    const wants = {
      totalCount: asked.has('totalCount'),
      pageInfo: asked.under('pageInfo').has('hasNextPage', 'hasPreviousPage'),
    };
    return context.loaders.moment.during(() =>
      withCallersErrors(async () => {
        const text = readSearchText(request.text);
        if (isBin(text) && mayLookUp(query.viewer)) context.countLookup(query.viewer);
        const page = await searchCompanies(database, model, { ...request, text }, wants, query);
        context.budget.spend(page.matches.length, match.width());
        return page;
      }),
    );
  };
}

const { page, edge } = pageFields(
  ({ matches }: MatchPage) => matches,
  (page, match) => page.cursorOf(match),
);

export const matchPage: CompanyMatchConnectionResolvers = {
  ...page,
  totalCount: ({ totalCount }) => totalCount ?? 0,
};

export const matchEdge: CompanyMatchEdgeResolvers = edge;

export const matchFields: CompanyMatchResolvers = {
  company: ({ companyId }, _arguments, { loaders }) =>
    companyId === null ? null : loaders.company.load(companyId),
  participation: ({ serviceRequestId }, _arguments, { loaders }) =>
    serviceRequestId === null ? null : loaders.participation.load(serviceRequestId),
};
