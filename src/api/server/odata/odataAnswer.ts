import type { FastifyReply, FastifyRequest } from 'fastify';
import type { GraphQLSchema } from 'graphql';
import type { Knex } from 'knex';
import type { Logger } from 'pino';
import type { BinMask } from '../../access/bins/binMask';
import { ClearBins } from '../../access/bins/clearBins';
import type { Viewer } from '../../access/viewer';
import {
  answerOfData,
  answerOfModel,
  formFor,
  type Answer,
  type Asking,
} from '../../odata/answer/answerFor';
import { readAsked, type Asked } from '../../odata/asked/readAsked';
import { modelOfSets, type EntityModel } from '../../odata/model/entityModel';
import { Refused } from '../../odata/refused';
import { readAddress, type Address } from '../../odata/syntax/address';
import { isOutOfScope } from '../../query/columns/outOfScope';
import { ValueBudget } from '../../query/values/valueBudget';
import { answerError } from '../../resolvers/request/errors';
import { notPublished } from '../../resolvers/request/published';
import type { DataVersion, Snapshot } from '../../resolvers/request/request';
import { requireTable } from '../../resolvers/request/rights';
import { breakOff } from '../basis/endedAnswers';
import { sentences } from '../basis/sentences';
import type { IntrospectionRule } from '../basis/settings';
import type { Budgets } from '../budget/budgets';
import { spendOrThrow } from '../budget/limitSpending';
import { requestSnapshot, type RequestSnapshot } from '../connections/snapshot';
import type { Pricing } from '../cost/price';
import type { TableSizes } from '../cost/tableSizes';
import { requireReader } from '../doors/requireReader';
import { MAX_COST, MAX_VALUES } from '../limits/requestLimits';
import type { WatchCredential } from '../live/watchCredential';
import type { BrokenBecause } from '../metrics/metrics';
import { mayIntrospect } from '../plugins/introspection';
import type { ServerLedger } from '../record/ledger';
import type { TakeTurn } from '../turns/connectionTurns';
import { connectionFile } from './connectionFiles';
import { shownBy } from './credential';
import { odataPrice } from './odataCost';
import type { PageKeys } from './pageKeys';
import type { PlannedTables } from './plannedTable';
import { PlannerReader } from './plannerReader';
import { ODATA_PATH, serviceRoot } from './serviceRoot';

export interface OdataOptions {
  readonly database: Knex;
  readonly schema: GraphQLSchema;
  readonly statementTimeout: number;
  readonly binMask: BinMask;
  readonly minGroupCompanies: number;
  readonly sizes: TableSizes;
  readonly pricing: Pricing;
  readonly budgets: Budgets;
  readonly ledger: ServerLedger;
  readonly takeTurn: TakeTurn;
  readonly watchCredential: WatchCredential;
  readonly countBroken: (why: BrokenBecause) => void;
  readonly introspection: IntrospectionRule;
  /** Where callers reach this API; undefined: where they say that they do. */
  readonly publicUrl: string | undefined;
  /** A key may stand in the address. */
  readonly keyInUrl: boolean;
  readonly log: Logger;
}

/** What is served, for all requests. */
export interface OdataService {
  readonly model: EntityModel;
  readonly tables: PlannedTables;
  readonly pageKeys: PageKeys;
}

/** One answer, from the request to its end. */
export class OdataAnswer {
  private snapshot: RequestSnapshot | undefined;
  /** The credential has ended before there was an answer. */
  credentialEnded = false;

  constructor(
    private readonly request: FastifyRequest,
    private readonly reply: FastifyReply,
    private readonly service: OdataService,
    private readonly options: OdataOptions,
  ) {}

  /** Throws where there is nothing to send. */
  async send(): Promise<FastifyReply> {
    const { request, options } = this;
    const viewer = requireReader(request);
    const { pathname, search } = new URL(request.url, 'http://localhost');
    const address = readAddress(pathname.slice(ODATA_PATH.length), search);
    checkVersion(request.headers['odata-maxversion']);
    const model = this.knownModel(viewer);
    const root = serviceRoot(request, options.publicUrl);
    const file = connectionFile(address, model, root);
    if (file) return this.reply.headers(file.headers).send(file.text);
    const asked = this.asked(address, model, viewer);
    const asking: Asking = {
      address,
      model,
      root,
      accept: request.headers.accept,
      maxPageSize: maxPageSizeIn(request.headers['prefer']),
    };
    if (asked.kind === 'metadata' && !mayIntrospect(options.introspection, viewer)) {
      throw answerError('FORBIDDEN', sentences.noIntrospection);
    }
    const answer = answerOfModel(asked, asking);
    return this.sent(answer ?? (await this.read(asked, asking, viewer)));
  }

  /** Gives back what is held, whatever came of the answer. */
  end(): void {
    void this.snapshot?.end();
  }

  private async read(asked: Asked, asking: Asking, viewer: Viewer): Promise<Answer> {
    const { options, service } = this;
    const form = formFor(asked, asking);
    const cost = this.pay(asked, viewer);
    const snapshot = await this.open(viewer, cost);
    const { database, dataVersion } = snapshot;
    if (!dataVersion) throw notPublished();
    const clearBins = new ClearBins();
    const reader = new PlannerReader({
      database,
      tables: service.tables,
      budget: new ValueBudget(MAX_VALUES),
      clearBins,
      context: {
        viewer,
        binMask: options.binMask,
        minGroupCompanies: options.minGroupCompanies,
        dataVersionId: dataVersion.id,
        rolledUp: dataVersion.rolledUp,
      },
    });
    const keys = {
      dataVersionId: dataVersion.id,
      keyOf: service.pageKeys.readBy(database, dataVersion),
    };
    const answer = await answerOfData(asked, asking, form, { reader, keys });
    if (this.credentialEnded) throw new Error('The credential has ended.');
    this.record(viewer, clearBins.rows, asked);
    this.reply.headers(versionHeaders(dataVersion));
    if (asking.maxPageSize !== undefined) {
      this.reply.header('preference-applied', `odata.maxpagesize=${String(asking.maxPageSize)}`);
    }
    return answer;
  }

  private sent({ contentType, text }: Answer): FastifyReply {
    return (
      this.reply
        .header('odata-version', '4.0')
        .header('vary', 'Accept, Authorization, X-Api-Key')
        .type(contentType)
        // As bytes: a long text is made such more slowly where it is sent.
        .send(Buffer.from(text))
    );
  }

  /** The sets that the caller may know of. */
  private knownModel({ scope }: Viewer): EntityModel {
    const { model, tables } = this.service;
    return modelOfSets(model, (name) => {
      const planned = tables.get(name);
      return planned !== undefined && !isOutOfScope(scope, planned.table);
    });
  }

  /** A set that the caller is not to see is refused as GraphQL refuses it, and not as one that there is not. */
  private asked(address: Address, known: EntityModel, viewer: Viewer): Asked {
    try {
      return readAsked(address, known);
    } catch (error) {
      const all = error instanceof Refused ? this.askedOfAll(address) : undefined;
      for (const set of all ? setsOf(all) : []) {
        const planned = this.service.tables.get(set);
        if (planned) requireTable(viewer, planned.table);
      }
      throw error;
    }
  }

  private askedOfAll(address: Address): Asked | undefined {
    try {
      return readAsked(address, this.service.model);
    } catch {
      return undefined;
    }
  }

  /** What it could cost, once that is paid. */
  private pay(asked: Asked, viewer: Viewer): number {
    const { budgets, pricing, sizes } = this.options;
    const { cost, values } = odataPrice(asked, viewer, {
      tables: this.service.tables,
      sizes,
      sightOf: (of) => pricing.sightOf(of),
    });
    if (values > MAX_COST) throw answerError('BAD_USER_INPUT', sentences.tooMuch(values, MAX_COST));
    if (cost > MAX_COST) throw answerError('BAD_USER_INPUT', sentences.tooCostly(cost, MAX_COST));
    spendOrThrow(budgets, viewer, 'cost', cost);
    return cost;
  }

  private open(viewer: Viewer, cost: number): Promise<Snapshot> {
    const { database, statementTimeout, takeTurn, watchCredential, keyInUrl } = this.options;
    const { raw } = this.reply;
    const snapshot = requestSnapshot(database, statementTimeout, () => takeTurn(viewer, cost));
    this.snapshot = snapshot;
    const hangUp = () => {
      if (!raw.writableFinished) void snapshot.abandon();
    };
    if (raw.destroyed) hangUp();
    raw.once('close', hangUp);
    watchCredential({ request: shownBy(this.request, keyInUrl), response: raw, viewer }, () =>
      this.endCredential(viewer),
    );
    return snapshot.open();
  }

  /** An answer that is being sent breaks off. */
  private endCredential(viewer: Viewer): void {
    if (!this.reply.raw.headersSent) {
      this.credentialEnded = true;
      void this.snapshot?.abandon();
      return;
    }
    this.options.ledger.recordRefusal(viewer, this.request.id, 'UNAUTHENTICATED');
    this.options.countBroken('credential_ended');
    breakOff(this.reply.raw);
  }

  private record(viewer: Viewer, clearBins: number, asked: Asked): void {
    const operation = `odata ${setsOf(asked)[0] ?? ''}`;
    const notes = { clearBins, lookups: 0, operation };
    if (!this.options.ledger.recordAnswer(viewer, this.request.id, notes)) {
      throw answerError('UNAVAILABLE', sentences.ledgerGone);
    }
    this.request.clearBins = clearBins;
  }
}

function setsOf(asked: Asked): readonly string[] {
  if (!('query' in asked)) return [];
  const { query } = asked;
  const expanded = 'expand' in query ? query.expand.map((each) => each.query.set.name) : [];
  return [query.set.name, ...expanded];
}

function versionHeaders({ id }: DataVersion): Readonly<Record<string, string>> {
  return { 'x-data-version': id };
}

/** A caller that knows no fourth version of OData cannot read the answer. */
function checkVersion(given: string | string[] | undefined): void {
  const [, major] = /^\s*(\d+)(\.\d+)?\s*$/.exec(String(given ?? '4.0')) ?? [];
  if (major !== undefined && Number(major) >= 4) return;
  throw new Refused(
    400,
    'OData-MaxVersion is less than 4.0; expected a program that reads OData 4.0.',
    'OData-MaxVersion',
  );
}

function maxPageSizeIn(prefer: string | string[] | undefined): number | undefined {
  const [, size] =
    /(?:^|[,;]\s*)(?:odata\.)?maxpagesize\s*=\s*"?(\d{1,9})"?/i.exec(String(prefer ?? '')) ?? [];
  const number = Number(size);
  return number >= 1 ? number : undefined;
}
