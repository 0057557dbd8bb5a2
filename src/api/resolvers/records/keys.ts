import type { GraphQLResolveInfo } from 'graphql';
import type { KeyRecord } from '../../access/keys/keyRecord';
import { KeyRefused } from '../../access/keyRefused';
import { requireKnownMarts } from '../../access/keys/keyRequest';
import { countKeys, listKeys } from '../../access/keys/keys';
import type { KeyRequestNote } from '../../access/keys/keysByRequest';
import { keptScope, readScope, type RowScope } from '../../access/rowScope';
import type {
  ApiKeyConnectionResolvers,
  ApiKeyResolvers,
  KeyScopeInput,
  MutationResolvers,
  QueryResolvers,
} from '../../generated/resolvers';
import type { Model } from '../../model/mart';
import { readRecordPage, type RecordPage } from '../../query/arguments/recordPage';
import type { RequestContext } from '../request/context';
import { answerError, withCallersErrors } from '../request/errors';
import { recordPageFields, type RecordEdge } from '../request/recordPage';
import { requireRight, requireUnconfined } from '../request/rights';

export type ToldKey = KeyRecord;
export type KeyPage = RecordPage<ToldKey>;
export type KeyEdge = RecordEdge<ToldKey>;

export const keys: NonNullable<QueryResolvers['keys']> = async (_source, given, context) => {
  requireUnconfined(requireRight(context, 'keys:manage'));
  const { database } = await context.snapshot();
  return withCallersErrors(() =>
    readRecordPage('key', given, (afterId, most) => listKeys(database, { afterId, most })),
  );
};

export function createKey({ marts }: Model): NonNullable<MutationResolvers['createKey']> {
  const known = marts.map(({ rootField }) => rootField);
  return async (_source, { name, rights, roles, scope, trustedOnly, expires }, context, info) => {
    const viewer = requireRight(context, 'keys:manage');
    const { key, ...record } = await context.keyChanges.create(
      viewer,
      {
        name,
        rights: rights?.join(','),
        roles: roles?.join(','),
        scope: scope ? scopeAsked(scope, known) : undefined,
        trustedOnly: trustedOnly === true,
        expires: expires ?? undefined,
      },
      noteOf(context, info),
    );
    return { key, record };
  };
}

export const revokeKey: NonNullable<MutationResolvers['revokeKey']> = async (
  _source,
  { id },
  context,
  info,
) => context.keyChanges.revoke(requireRight(context, 'keys:manage'), id, noteOf(context, info));

const { page, edge } = recordPageFields<KeyRecord>('key', ({ id }) => id);

export const apiKeyPage: ApiKeyConnectionResolvers = {
  ...page,
  totalCount: async (_page, _arguments, context) => countKeys((await context.snapshot()).database),
};

export const apiKeyEdge = edge;

export const apiKeyFields: ApiKeyResolvers = {
  scope: (record) => {
    const scope = scopeOf(record);
    return scope === 'not understood' || !scope ? null : textsOf(scope);
  },
  state: (record) => {
    if (record.state !== 'active') return record.state === 'expired' ? 'EXPIRED' : 'REVOKED';
    return scopeOf(record) === 'not understood' ? 'UNUSABLE' : 'ACTIVE';
  },
};

function noteOf({ requestId }: RequestContext, { operation }: GraphQLResolveInfo): KeyRequestNote {
  return { requestId, operation: operation.name?.value.slice(0, 100) };
}

/** What is null confines to nothing, as what is left out does; an empty scope confines to what nobody knows. */
function scopeAsked(given: KeyScopeInput, knownMarts: readonly string[]): RowScope | undefined {
  try {
    const scope = readScope(
      Object.fromEntries(Object.entries(given).filter(([, values]) => values !== null)),
    );
    requireKnownMarts(scope, knownMarts);
    return scope;
  } catch (error) {
    if (error instanceof KeyRefused) throw answerError('BAD_USER_INPUT', error.message);
    throw error;
  }
}

function scopeOf({ scope }: KeyRecord): RowScope | undefined | 'not understood' {
  try {
    return scope === null ? undefined : readScope(scope);
  } catch (error) {
    if (error instanceof KeyRefused) return 'not understood';
    throw error;
  }
}

function textsOf(scope: RowScope) {
  const { years, companies, certificates, marts } = keptScope(scope) as {
    [Member in keyof RowScope]: readonly (string | number)[];
  };
  const texts = (values: readonly (string | number)[] | undefined) => values?.map(String) ?? null;
  return {
    years: texts(years),
    companies: texts(companies),
    certificates: texts(certificates),
    marts: texts(marts),
  };
}
