import { getVariableValues, type GraphQLSchema } from 'graphql';
import type { Knex } from 'knex';
import type { BinMask } from '../../access/bins/binMask';
import type { Viewer } from '../../access/viewer';
import { visibilityOf } from '../../access/visibility';
import { TextRows } from '../../../ground/database/rows/textRows';
import type { Model } from '../../model/mart';
import { compileSelection, type CompiledQuery } from '../../resolvers/compiled/compiledQuery';
import type { Pieces } from '../../resolvers/compiled/pageSelection';
import type { DataVersion } from '../../resolvers/request/request';
import type { Pricing } from '../cost/price';
import { shownVersion } from '../basis/dataVersion';
import { entityTag } from '../http/entityTag';
import { MAX_COST } from '../limits/requestLimits';
import type { AnswerToKeep } from '../known/knownAnswer';
import type { PlainRequest } from './plainRequest';
import { PreparedDocuments, type Prepared } from './preparedDocuments';

const CONTENT_TYPE = 'application/json; charset=utf-8';

export interface CompiledOptions {
  readonly schema: GraphQLSchema;
  readonly model: Model;
  readonly database: Knex;
  readonly binMask: BinMask;
  readonly pricing: Pricing;
  /** A larger answer is counted while it is read, as the resolvers do. */
  readonly maxValues: number;
}

/** A query whose cost is known before anything is read. */
export interface PricedQuery {
  readonly cost: number;
  /** What reads its answer; undefined for all that the resolvers have to answer. */
  readingOf(dataVersion: DataVersion): CompiledReading | undefined;
}

/** An answer that is being read; its cost has to be paid before. */
export interface CompiledReading {
  /** Undefined where it is for the resolvers to answer: something is not as it mostly is. */
  read(): Promise<AnswerToKeep | undefined>;
  /** Stops what the database does for it. */
  stop(): void;
}

/** Answers queries of rows by one statement, of whose bytes the answer is put together. */
export class CompiledAnswers {
  private readonly documents: PreparedDocuments;
  private readonly rows: TextRows;

  constructor(private readonly options: CompiledOptions) {
    this.documents = new PreparedDocuments(options.schema, options.pricing);
    this.rows = new TextRows(options.database);
  }

  /** Undefined for what is refused, or cannot be priced from here. */
  pricedOf(request: PlainRequest, viewer: Viewer): PricedQuery | undefined {
    if (!viewer.rights.has('marts:read') || viewer.trustedOnly) return undefined;
    const prepared = this.documents.of(request);
    if (!prepared) return undefined;
    const { schema, maxValues } = this.options;
    const { coerced } = getVariableValues(
      schema,
      prepared.operation.variableDefinitions ?? [],
      request.variables,
    );
    if (!coerced) return undefined;
    const { cost, values } = prepared.priceOf(coerced, viewer);
    if (cost > MAX_COST || values > maxValues) return undefined;
    return {
      cost,
      readingOf: (dataVersion) => {
        try {
          const query = this.queryOf(prepared, coerced, viewer, dataVersion);
          return this.reading(prepared, query, cost, dataVersion);
        } catch {
          // NotAsJson, or something that the answer has to tell of: the resolvers do.
          return undefined;
        }
      },
    };
  }

  private queryOf(
    prepared: Prepared,
    variables: Readonly<Record<string, unknown>>,
    viewer: Viewer,
    dataVersion: DataVersion,
  ): CompiledQuery {
    const { schema, model, binMask } = this.options;
    const { document, operation } = prepared;
    const context = { viewer, binMask, dataVersionId: dataVersion.id };
    return prepared
      .selectionFor(visibilityOf(viewer), () =>
        compileSelection({ schema, model, document, operation, variables, context }),
      )
      .planned(variables, context, dataVersion);
  }

  private reading(
    { operation, hash }: Prepared,
    query: CompiledQuery,
    cost: number,
    dataVersion: DataVersion,
  ): CompiledReading {
    let stop: () => void = () => undefined;
    return {
      read: async () => {
        const reading = this.rows.read(query.statement);
        stop = reading.stop;
        const pages = query.pagesOf(await reading.rows);
        if (!pages) return undefined;
        const extensions = {
          cost: { requested: cost, most: MAX_COST },
          dataVersion: shownVersion(dataVersion),
        };
        const pieces: Pieces = ['{"data":'];
        query.write(pages, pieces);
        pieces.push(`,"extensions":${JSON.stringify(extensions)}}\n`);
        const body = bytesOf(pieces);
        return {
          body,
          contentType: CONTENT_TYPE,
          tag: entityTag(CONTENT_TYPE, body),
          cost,
          lookups: 0,
          clearBins: query.clearBinsIn(pages),
          dataVersionId: dataVersion.id,
          shared: false,
          operation: operation.name?.value,
          document: hash,
        };
      },
      stop: () => stop(),
    };
  }
}

function bytesOf(pieces: Pieces): Buffer {
  return Buffer.concat(
    pieces.map((piece) => (typeof piece === 'string' ? Buffer.from(piece) : piece)),
  );
}
