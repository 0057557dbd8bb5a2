import { pipeline, Readable } from 'node:stream';
import { constants, createGzip } from 'node:zlib';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { GraphQLSchema } from 'graphql';
import type { Knex } from 'knex';
import type { Logger } from 'pino';
import type { BinMask } from '../../access/bins/binMask';
import type { Viewer } from '../../access/viewer';
import { Lines, type Format } from '../../export/lines';
import type { Table } from '../../model/mart';
import { planCopiedRows, type CopiedRows } from '../../query/pages/copiedRows';
import { answerError } from '../../resolvers/request/errors';
import { notPublished } from '../../resolvers/request/published';
import type { DataVersion } from '../../resolvers/request/request';
import { requireTable } from '../../resolvers/request/rights';
import { lastingHeaders } from '../known/lastingHeaders';
import type { Budgets } from '../budget/budgets';
import { spendOrThrow } from '../budget/limitSpending';
import { fileCost } from '../cost/rowsCost';
import type { TableSizes } from '../cost/tableSizes';
import { breakOff } from '../basis/endedAnswers';
import { namesTag } from '../http/entityTag';
import { loggedError } from '../basis/failure';
import { MAX_COST } from '../limits/requestLimits';
import type { IntrospectionRule } from '../basis/settings';
import type { ServerLedger } from '../record/ledger';
import type { Seat, Seats } from '../live/seats';
import type { WatchCredential } from '../live/watchCredential';
import type { BrokenBecause } from '../metrics/metrics';
import type { RememberedVersion } from '../versions/newestVersion';
import { sentences } from '../basis/sentences';
import { takesGzip } from '../http/takesGzip';
import { readAskedExport, type AskedExport } from './asked';
import { enumTexts } from '../doors/enumTexts';
import { exportHeaders, exportTag } from './exportHeaders';
import { exportLines, type ExportPatience } from './exportLines';
import { requireReader } from '../doors/requireReader';
import { ExportSession } from './exportSession';
import { searchPartOf } from '../basis/searchPart';

export interface ExportOptions {
  /** As many connections as there may be exports at once. */
  readonly pool: Knex;
  readonly schema: GraphQLSchema;
  readonly confirmedVersion: RememberedVersion['confirmed'];
  readonly binMask: BinMask;
  readonly statementTimeout: number;
  readonly patience: ExportPatience;
  readonly seats: Seats;
  readonly sizes: TableSizes;
  readonly watchCredential: WatchCredential;
  readonly countBroken: (why: BrokenBecause) => void;
  readonly budgets: Budgets;
  readonly ledger: ServerLedger;
  readonly introspection: IntrospectionRule;
  readonly log: Logger;
}

/** Gzip's least work: a file is packed as fast as it is read, to a sixth of its size or so. */
const GZIP = { level: constants.Z_BEST_SPEED, chunkSize: 64 * 1024 };
const PIECE = 64 * 1024;
/** When whoever has all exports that it may have may ask again, in seconds: nobody knows when one of them ends. */
const COME_BACK = '2';

/** One file, from the request to its end. */
export class ExportAnswer {
  private session: ExportSession | undefined;
  private seat: Seat | undefined;
  /** The credential has ended before the file had begun. */
  credentialEnded = false;

  constructor(
    private readonly request: FastifyRequest,
    private readonly reply: FastifyReply,
    private readonly table: Table,
    private readonly format: Format,
    private readonly options: ExportOptions,
  ) {}

  /** Throws where there is no file to send; it has not begun then. */
  async send(): Promise<FastifyReply> {
    const { request, reply, table, options } = this;
    const viewer = this.viewer();
    const search = searchPartOf(request.url);
    const asked = readAskedExport(search, table, this.format, options.schema);
    const known = await options.confirmedVersion();
    // Also tells what is wrong with it before a connection is opened.
    this.plan(asked, viewer, known?.id ?? '');
    if (known && namesTag(request.headers['if-none-match'], this.tag(viewer, known))) {
      return reply
        .headers(lastingHeaders(this.tag(viewer, known)))
        .code(304)
        .send();
    }

    // A caller without a seat pays nothing; a caller that cannot pay returns its seat.
    this.takeSeat(viewer);
    this.payToRead(asked, viewer);
    reply.raw.once('close', () => this.close());
    options.watchCredential({ request: request.raw, response: reply.raw, viewer }, () =>
      this.endCredential(viewer),
    );
    this.session = await ExportSession.open(options.pool, options.statementTimeout);
    if (this.isOver()) throw new Error('Nobody waits for the file any more.');
    const version = this.session.dataVersion;
    if (!version) throw notPublished();
    const { columns, rows, counts } = this.plan(asked, viewer, version.id);
    const [counted] = await this.session.read<{ rows: string; clear: string }>(counts);
    const rowCount = Number(counted?.rows);
    if (request.method === 'HEAD') return this.sendHead(viewer, version, rowCount);
    spendOrThrow(options.budgets, viewer, 'cost', rowCount * columns.length);
    this.record(viewer, Number(counted?.clear));
    const pieces = exportLines(await this.session.copy(rows), Lines.of(this.format, columns), {
      bom: asked.bom,
      rows: rowCount,
      patience: options.patience,
      onStalled: (error) => this.breakOff(error, 'reader_stalled'),
    });
    // What fails before the first row is still told in words.
    const first = await pieces.next();
    this.setHead(viewer, version, rowCount);
    return reply.send(this.packed(this.told(first, pieces)));
  }

  private setHead(viewer: Viewer, version: DataVersion, rowCount: number): void {
    this.reply.headers(lastingHeaders(this.tag(viewer, version)));
    this.reply.headers(exportHeaders(this.table.rootField, this.format, version, rowCount));
    if (this.isPacked()) this.reply.header('content-encoding', 'gzip');
  }

  /** What a GET would begin with: no row is read, so that none is paid for or on record. */
  private async sendHead(
    viewer: Viewer,
    version: DataVersion,
    rowCount: number,
  ): Promise<FastifyReply> {
    await this.session?.end();
    this.setHead(viewer, version, rowCount);
    return this.reply.send();
  }

  /** Gives back what is held where there is nothing to send. */
  giveUp(): void {
    void this.session?.abandon();
    this.free();
  }

  private viewer(): Viewer {
    const viewer = requireReader(this.request);
    requireTable(viewer, this.table);
    return viewer;
  }

  private plan(asked: AskedExport, viewer: Viewer, dataVersionId: string): CopiedRows {
    const { binMask, schema } = this.options;
    const context = { viewer, binMask, dataVersionId };
    return planCopiedRows(this.table, asked.request, asked.fields, context, (table, field) =>
      enumTexts(schema, table, field),
    );
  }

  private tag(viewer: Viewer, version: DataVersion): string {
    return exportTag(this.request.url, this.isPacked(), viewer, version, this.options);
  }

  private isPacked(): boolean {
    return takesGzip(this.request.headers['accept-encoding']);
  }

  /** Before anything is read; the values are paid for when it is known how many there are. */
  private payToRead({ request }: AskedExport, viewer: Viewer): void {
    const { budgets, sizes } = this.options;
    const cost = fileCost(this.table, { ...request }, sizes);
    if (cost > MAX_COST) {
      throw answerError('BAD_USER_INPUT', sentences.tooCostly(cost, MAX_COST));
    }
    spendOrThrow(budgets, viewer, 'cost', cost);
  }

  private takeSeat(viewer: Viewer): void {
    const { limits } = this.options.seats;
    const seat = this.options.seats.take(viewer.keyId);
    if (seat === 'holder is full') {
      this.reply.header('retry-after', COME_BACK);
      throw answerError('RATE_LIMITED', sentences.tooManyOwnExports(limits.ofOne));
    }
    if (seat === 'all is full') {
      throw answerError('UNAVAILABLE', sentences.tooManyExports(limits.ofAll));
    }
    this.seat = seat;
  }

  private free(): void {
    if (typeof this.seat === 'object') this.seat.free();
  }

  private record(viewer: Viewer, clearBins: number): void {
    const operation = `export ${this.table.rootField}.${this.format}`;
    const notes = { clearBins, lookups: 0, operation };
    if (!this.options.ledger.recordAnswer(viewer, this.request.id, notes)) {
      throw answerError('UNAVAILABLE', sentences.ledgerGone);
    }
    this.request.clearBins = clearBins;
  }

  /** The pieces, and what goes wrong between them: the caller sees it by an end that is none. */
  private async *told(
    first: IteratorResult<Buffer, void>,
    pieces: AsyncGenerator<Buffer, void, undefined>,
  ): AsyncGenerator<Buffer, void, undefined> {
    try {
      if (!first.done) yield first.value;
      yield* pieces;
      await this.session?.end();
    } catch (error) {
      // Who hung up knows.
      if (!this.reply.raw.destroyed) this.breakOff(error, 'failed');
      throw error;
    }
  }

  private packed(pieces: AsyncGenerator<Buffer, void, undefined>): Readable {
    const plain = Readable.from(pieces, { objectMode: false, highWaterMark: PIECE });
    return this.isPacked() ? pipeline(plain, createGzip(GZIP), () => undefined) : plain;
  }

  private breakOff(error: unknown, why: BrokenBecause): void {
    this.options.log.error(
      { requestId: this.request.id, error: loggedError(error) },
      'an export broke off',
    );
    this.options.countBroken(why);
    breakOff(this.reply.raw);
  }

  /** A file that has begun ends at once, and not as a whole one does. */
  private endCredential(viewer: Viewer): void {
    if (!this.reply.raw.headersSent) {
      this.credentialEnded = true;
      void this.session?.abandon();
      return;
    }
    const { log, ledger, countBroken } = this.options;
    log.warn({ requestId: this.request.id, keyId: viewer.keyId }, 'an export lost its credential');
    ledger.recordRefusal(viewer, this.request.id, 'UNAUTHENTICATED');
    countBroken('credential_ended');
    breakOff(this.reply.raw);
  }

  private isOver(): boolean {
    return this.credentialEnded || this.reply.raw.destroyed;
  }

  /** The answer has ended, or the caller is gone. */
  private close(): void {
    if (this.reply.raw.writableFinished) void this.session?.end();
    else void this.session?.abandon();
    this.free();
  }
}
