import type { IFieldResolver, IResolvers } from '@graphql-tools/utils';
import type { Model, Table } from '../../model/mart';
import type { RequestContext } from '../request/context';
import { requireTable } from '../request/rights';
import { Selection } from '../request/selection';

type Resolver = IFieldResolver<unknown, RequestContext>;

/**
 * The resolvers with root fields that refuse a mart outside of the caller's scope wherever it is asked for below
 * them: before anything is read, so that a refusal does not depend on rows that lead there.
 */
export function refusingMarts(resolvers: IResolvers, model: Model): IResolvers {
  const led = new Map<string, Table>();
  for (const table of [...model.marts, ...model.entities]) {
    for (const { field, to } of table.links) led.set(`${table.name}.${field}`, to);
  }
  const guarded = Object.entries(resolvers['Query'] ?? {}).map(([name, resolve]) => {
    const guard: Resolver = (source, args, context, info) => {
      if (context.viewer?.scope) {
        for (const field of Selection.below(info).all()) {
          const table = led.get(field);
          if (table) requireTable(context.viewer, table);
        }
      }
      return (resolve as Resolver)(source, args, context, info);
    };
    return [name, guard] as const;
  });
  return { ...resolvers, Query: Object.fromEntries(guarded) };
}
