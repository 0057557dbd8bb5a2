import { graphql, type ExecutionResult } from 'graphql';
import type { Knex } from 'knex';
import type { BinPolicy } from '../../../src/api/access/bins/binMask';
import { ClearBins } from '../../../src/api/access/bins/clearBins';
import type { RowScope } from '../../../src/api/access/rowScope';
import type { Right } from '../../../src/api/access/viewer';
import { loadModel } from '../../../src/api/model/read/loadModel';
import { ValueBudget } from '../../../src/api/query/values/valueBudget';
import { createRequestContext } from '../../../src/api/resolvers/request/context';
import type { DataVersion } from '../../../src/api/resolvers/request/request';
import { keyChangesOn } from '../../../src/api/server/callers/keyChanges';
import { releaseFor } from '../../../src/api/server/versions/releaseRun';
import { createSchema } from '../../../src/api/resolvers/schema';

export const model = loadModel();
const schema = createSchema(model);

export interface Asker {
  /** marts:read where nothing is said; null gives no credentials. */
  readonly rights?: readonly Right[] | null;
  /** All rows where nothing is said. */
  readonly scope?: RowScope | undefined;
  readonly maskBinFromYear?: number;
  readonly maskBinPolicy?: BinPolicy;
  readonly minGroupCompanies?: number;
  readonly variables?: Readonly<Record<string, unknown>>;
  /** Where rows that show a BIN are counted. */
  readonly clearBins?: ClearBins;
  /** How many values the answer may hold. */
  readonly maxValues?: number;
  readonly enqueueRefresh?: (full: boolean) => Promise<{ jobId: string }>;
}

export type Answer = ExecutionResult<Record<string, unknown>>;

/** Executes a document as the server would, without HTTP. */
export async function ask(database: Knex, source: string, asker: Asker = {}): Promise<Answer> {
  const { rights = ['marts:read'], scope, variables } = asker;
  // One promise for all fields, as the server has it: fields that began apart would read apart.
  let snapshot: Promise<{ database: Knex; dataVersion: DataVersion | null }> | undefined;
  const openSnapshot = async () => ({ database, dataVersion: await newestVersion(database) });
  const contextValue = createRequestContext(model, {
    viewer: rights && { keyId: '1', name: 'test', rights: new Set(rights), scope },
    binMask: { fromYear: asker.maskBinFromYear ?? 2021, policy: asker.maskBinPolicy ?? 'year' },
    minGroupCompanies: asker.minGroupCompanies ?? 0,
    requestId: 'test',
    budget: new ValueBudget(asker.maxValues ?? 500_000),
    clearBins: asker.clearBins ?? new ClearBins(),
    snapshot: () => (snapshot ??= openSnapshot()),
    countLookup: () => undefined,
    followRefresh: () => Promise.reject(new Error('Nobody is told of refreshes here.')),
    releaseHeldRun: releaseFor(database),
    keyChanges: keyChangesOn(database, new Map()),
    enqueueRefresh: asker.enqueueRefresh ?? (() => Promise.resolve({ jobId: '7' })),
  });
  const answer = await graphql({
    schema,
    source,
    contextValue,
    ...(variables && { variableValues: variables }),
  });
  return JSON.parse(JSON.stringify(answer)) as Answer;
}

/** The statements that the work sends, without those of opening connections and transactions. */
export async function statementsOf(
  database: Knex,
  work: () => Promise<unknown>,
): Promise<string[]> {
  const statements: string[] = [];
  const record = ({ sql }: { sql: string }) => {
    if (!sql.includes('data_versions')) statements.push(sql);
  };
  database.on('query', record);
  try {
    await work();
  } finally {
    database.removeListener('query', record);
  }
  return statements;
}

async function newestVersion(database: Knex): Promise<DataVersion | null> {
  const newest = await database('refresh.data_versions').orderBy('data_version_id', 'desc').first<
    | {
        data_version_id: string;
        published_at: string;
        source_time: string;
        demonstration: boolean;
        rolled_up: boolean;
      }
    | undefined
  >();
  return newest
    ? {
        id: newest.data_version_id,
        publishedAt: newest.published_at,
        sourceTime: newest.source_time,
        demonstration: newest.demonstration,
        rolledUp: newest.rolled_up,
      }
    : null;
}
