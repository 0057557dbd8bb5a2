import { createHash } from 'node:crypto';
import {
  getOperationAST,
  getVariableValues,
  parse,
  specifiedRules,
  validate,
  type DocumentNode,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql';
import type { Knex } from 'knex';
import type { Viewer } from '../../access/viewer';
import { TextRows, type TextReading } from '../../database/textRows';
import type { Model } from '../../model/mart';
import type { Sql } from '../../database/sql';
import { newestVersion, type JsonPage } from '../../query/jsonPage';
import { compileQuery } from '../../resolvers/compiled/compiledQuery';
import type { DataVersion } from '../../resolvers/request';
import { cancelStatement } from '../cancelStatement';
import { shownVersion } from '../dataVersion';
import { entityTag } from '../entityTag';
import { MAX_COST } from '../graphql';
import { documentLimits } from '../limits/documentLimits';
import { costOf } from '../limits/cost';
import { nestingRefusal } from '../limits/requestNesting';
import type { AnswerToKeep } from './knownAnswer';
import type { PlainRequest } from './plainRequest';

const CONTENT_TYPE = 'application/json; charset=utf-8';
const MOST_DOCUMENTS = 500;
const LONGEST_DOCUMENT = 16 * 1024;

export interface CompiledOptions {
  readonly schema: GraphQLSchema;
  readonly model: Model;
  readonly database: Knex;
  readonly maskBinFromYear: number;
  /** A larger answer is counted while it is read, as the resolvers do. */
  readonly mostValues: number;
}

/** A query that is valid and within all limits of documents. */
interface Prepared {
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  /** The SHA-256 of its text, by which the ledger knows it. */
  readonly hash: string;
}

/** An answer that is being read; its cost has to be paid before. */
export interface CompiledReading {
  readonly cost: number;
  /** Undefined where it is for the resolvers to answer: something is not as it mostly is. */
  read(): Promise<AnswerToKeep | undefined>;
  /** Stops what the database does for it. */
  stop(): void;
}

type RowsOf = (statement: Sql) => TextReading['rows'];

/** Answers queries of rows by a statement for each page, whose rows are the text of the answer. */
export class CompiledAnswers {
  private readonly prepared = new Map<string, Prepared | null>();
  private readonly rows: TextRows;

  constructor(private readonly options: CompiledOptions) {
    this.rows = new TextRows(options.database);
  }

  /** Undefined for all that the resolvers have to answer. */
  readingOf(
    request: PlainRequest,
    viewer: Viewer,
    dataVersion: DataVersion,
  ): CompiledReading | undefined {
    if (!viewer.rights.has('marts:read') || viewer.trustedOnly) return undefined;
    const prepared = this.preparedOf(request);
    if (!prepared) return undefined;
    const { schema, model, maskBinFromYear, mostValues } = this.options;
    const { document, operation } = prepared;
    try {
      const { coerced } = getVariableValues(
        schema,
        operation.variableDefinitions ?? [],
        request.variables,
      );
      if (!coerced) return undefined;
      const cost = costOf(schema, document, operation, coerced);
      if (cost > mostValues) return undefined;
      const context = { viewer, maskBinFromYear, dataVersionId: dataVersion.id };
      const query = compileQuery({
        ...{ schema, model, document, operation, variables: coerced, context, dataVersion },
      });
      let stopped = false;
      let pid: () => number | undefined = () => undefined;
      return {
        cost,
        read: async () => {
          // A statement without rows found none only if its version is the newest still.
          const emptyPage = async (empty: JsonPage | undefined, rowsOf: RowsOf) =>
            empty && (await rowsOf(newestVersion))[0]?.[0] === dataVersion.id ? empty : undefined;
          const pages: JsonPage[] = [];
          const rowsOf: RowsOf = (statement) => {
            const reading = this.rows.read(statement);
            pid = reading.pid;
            return reading.rows;
          };
          for (const { statement, pageOf, empty } of query.plans) {
            if (stopped) return undefined;
            const rows = await rowsOf(statement);
            const page = rows.length > 0 ? pageOf(rows) : await emptyPage(empty, rowsOf);
            if (!page) return undefined;
            pages.push(page);
          }
          const data = query.write(pages);
          const extensions = {
            cost: { requested: cost, most: MAX_COST },
            dataVersion: shownVersion(dataVersion),
          };
          const body = Buffer.from(`{"data":${data},"extensions":${JSON.stringify(extensions)}}\n`);
          const tag = entityTag(CONTENT_TYPE, body);
          const clearBins = query.clearBinsIn(data);
          const dataVersionId = dataVersion.id;
          return {
            body,
            contentType: CONTENT_TYPE,
            tag,
            cost,
            lookups: 0,
            clearBins,
            dataVersionId,
            operation: operation.name?.value,
            document: prepared.hash,
          };
        },
        stop: () => {
          stopped = true;
          const running = pid();
          if (running !== undefined) void cancelStatement(this.options.database, running);
        },
      };
    } catch {
      // NotAsJson, or something that the answer has to tell of: the resolvers do.
      return undefined;
    }
  }

  /** Parsed and validated once. */
  private preparedOf({ query, operationName }: PlainRequest): Prepared | null {
    if (query.length > LONGEST_DOCUMENT) return null;
    const name = `${operationName ?? ''}\n${query}`;
    const known = this.prepared.get(name);
    if (known !== undefined) return known;
    const prepared = prepare(this.options.schema, query, operationName);
    const [oldest] = this.prepared.keys();
    if (this.prepared.size >= MOST_DOCUMENTS && oldest !== undefined) this.prepared.delete(oldest);
    this.prepared.set(name, prepared);
    return prepared;
  }
}

function prepare(
  schema: GraphQLSchema,
  query: string,
  operationName: string | undefined,
): Prepared | null {
  const { parseOptions, validationRules } = documentLimits;
  if (nestingRefusal({ query })) return null;
  let document: DocumentNode;
  try {
    document = parse(query, parseOptions);
  } catch {
    return null;
  }
  const operation = getOperationAST(document, operationName);
  if (operation?.operation !== 'query') return null;
  const errors = validate(schema, document, [...specifiedRules, ...validationRules]);
  return errors.length === 0
    ? { document, operation, hash: createHash('sha256').update(query).digest('hex') }
    : null;
}
