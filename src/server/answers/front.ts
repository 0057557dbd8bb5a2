import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Logger } from 'pino';
import type { Viewer } from '../../access/viewer';
import { visibilityOf } from '../../access/visibility';
import type { RecogniseCaller } from '../authentication';
import type { Budgets } from '../budget/budgets';
import { within } from '../deadline';
import type { ServerLedger } from '../ledger';
import type { Metrics } from '../metrics';
import type { RememberedVersion } from '../newestVersion';
import { requestIdOf } from '../requestId';
import { questionOf, readBody } from './asked';
import type { AnswerToKeep, KnownAnswer } from './knownAnswer';
import type { KnownAnswers } from './knownAnswers';
import { passOn } from './passedOn';
import type { SendKnown } from './sendKnown';
import { SharedWork } from './sharedWork';

/** How long a request waits to learn which data version is the newest, in milliseconds. */
const VERSION_PATIENCE = 500;

export type Handler = (request: IncomingMessage, response: ServerResponse) => void;

export interface FrontOptions {
  readonly recognise: RecogniseCaller;
  readonly confirmedVersion: RememberedVersion['confirmed'];
  readonly known: KnownAnswers;
  readonly budgets: Budgets;
  readonly ledger: ServerLedger;
  readonly send: SendKnown;
  readonly metrics: Metrics;
  readonly log: Logger;
}

/**
 * Meets every request before the routes do, and answers those whose answer is known. Gold changes only
 * when a data version is published: until then an answer depends on nothing but the request's text and
 * what its caller may see. All that is not wholly plain it passes on, and the routes answer it.
 */
export class Front {
  private readonly shared = new SharedWork<KnownAnswer>();

  constructor(
    private readonly options: FrontOptions,
    private readonly routes: Handler,
  ) {}

  async meet(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const begun = performance.now();
    const question = questionOf(request);
    const viewer = question && (await this.viewerOf(request));
    if (!question || viewer === undefined) return this.routes(request, response);
    if (!viewer || !this.hasRequestsLeft(viewer)) {
      passOn(request, { viewer });
      return this.routes(request, response);
    }

    let body: Buffer | undefined;
    if (question.by === 'body') {
      body = await readBody(request, question.bytes);
      if (!body) return void response.destroy();
    }
    const { accept = '' } = request.headers;
    const text = question.by === 'search' ? question.text : (body?.toString('latin1') ?? '');
    const key = `${visibilityOf(viewer)}\n${accept}\n${question.by}\n${text}`;
    const settle = await this.answerOrLead(key, viewer, { request, response, begun });
    if (settle === 'answered') return;
    passOn(request, { viewer, ...(body && { body }), ...(settle && { settle }) });
    this.routes(request, response);
  }

  /**
   * Answers where the answer is known, or soon will be because somebody else asked the same. Otherwise
   * the request goes the long way, and where its answer can be kept `settle` is to be told of it.
   */
  private async answerOrLead(
    key: string,
    viewer: Viewer,
    exchange: Exchange,
  ): Promise<'answered' | ((answer: AnswerToKeep | undefined) => void) | undefined> {
    const { known } = this.options;
    const version = await this.version();
    if (!version) return undefined;
    // Who joins asked after that version was published, and so did who began.
    const place = `${version}\n${key}`;
    const answer = known.find(version, key) ?? (await this.shared.join(place));
    if (answer) return this.give(key, answer, viewer, exchange) ? 'answered' : undefined;

    const lead = this.shared.lead(place);
    exchange.response.once('close', () => lead?.(undefined));
    return (kept) => {
      lead?.(kept && known.keep(key, kept), !kept);
    };
  }

  private give(
    key: string,
    answer: KnownAnswer,
    viewer: Viewer,
    { request, response, begun }: Exchange,
  ): boolean {
    const { budgets, known, ledger, send, metrics } = this.options;
    const { cost, lookups } = answer.kept;
    // Where too little is left, the routes say so.
    if (budgets.spend(viewer.keyId, { requests: 1, cost, lookups })) return false;
    if (response.destroyed) return true;
    const requestId = requestIdOf(request.headers['x-request-id']);
    if (!ledger.recordAnswer(viewer, requestId, answer.kept)) return false;
    metrics.countOperation('ok');
    metrics.countKnownAnswer();
    send({ request, response, viewer, requestId, begun }, answer, (bytes) =>
      known.grown(key, answer, bytes),
    );
    return true;
  }

  private hasRequestsLeft({ keyId }: Viewer): boolean {
    const { budgets } = this.options;
    return budgets.limits.requests === 0 || budgets.left(keyId, 'requests') > 0;
  }

  /** Undefined where it cannot be told at the moment: the routes say why. */
  private viewerOf({ headers }: IncomingMessage): Promise<Viewer | null | undefined> {
    return this.options.recognise(headers).catch(() => undefined);
  }

  private async version(): Promise<string | undefined> {
    const confirmed = this.options.confirmedVersion();
    const version =
      confirmed instanceof Promise
        ? await within(VERSION_PATIENCE, confirmed).catch(() => null)
        : confirmed;
    return version?.id;
  }
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly begun: number;
}
