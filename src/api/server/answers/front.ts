import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Viewer } from '../../access/viewer';
import { LEFT } from '../basis/endedAnswers';
import { INTERNAL } from '../basis/failure';
import type { SendInternalError } from '../http/internalError';
import { requestIdOf } from '../http/requestId';
import { AnswerName } from './answerName';
import { questionOf, readBody, type Question } from './asked';
import { Giving, type Asked, type GivingOptions } from './giving';
import { leftToRoutes } from './ownTurn';
import { passOn } from '../known/passedOn';
import type { BodiesUnderWay } from '../limits/bodiesUnderWay';
import { QuickReading, type QuickReadingOptions } from './quickReading';

export type Handler = (request: IncomingMessage, response: ServerResponse) => void;

export interface FrontOptions extends GivingOptions, QuickReadingOptions {
  readonly bodiesUnderWay: BodiesUnderWay;
  readonly sendInternalError: SendInternalError;
}

/** A request, and how much of it must be read. */
interface Arrived {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** By the process's clock. */
  readonly begun: number;
  readonly question: Question;
}

/**
 * Meets every request before the routes do, and answers those whose answer is known, or is rows alone.
 * Gold changes only when a data version is published: until then an answer depends on nothing but the
 * request's text and what its caller may see. All that is not wholly plain it passes on, and the routes
 * answer it.
 */
export class Front {
  private readonly giving: Giving;
  private readonly reading: QuickReading;

  constructor(
    private readonly options: FrontOptions,
    private readonly routes: Handler,
  ) {
    this.giving = new Giving(options);
    this.reading = new QuickReading(options, this.giving);
  }

  /** Where all is known at once, no promise stands between the request and its answer. */
  meet(request: IncomingMessage, response: ServerResponse): void {
    const begun = performance.now();
    const question = questionOf(request);
    if (!question) return this.routes(request, response);
    const arrived: Arrived = { request, response, begun, question };
    try {
      this.forCaller(arrived, undefined, (viewer) => {
        if (question.by === 'search') return this.answer(arrived, viewer, undefined);
        this.later(arrived, this.meetBody(arrived, viewer, question.bytes));
      });
    } catch (error) {
      this.fail(arrived, error);
    }
  }

  private async meetBody(arrived: Arrived, { keyId }: Viewer, bytes: number): Promise<void> {
    const { request, response } = arrived;
    const { bodiesUnderWay } = this.options;
    // The routes refuse it.
    if (!bodiesUnderWay.begin(keyId, bytes)) return this.routes(request, response);
    const body = await readBody(request, bytes);
    bodiesUnderWay.end(keyId, bytes);
    if (!body) return void response.destroy();
    // It may have been long on the way, and whoever sends it may have lost its rights meanwhile.
    this.forCaller(arrived, body, (still) => this.answer(arrived, still, body));
  }

  /** Nothing that fails in the answer to one request ends the process. */
  private later(arrived: Pick<Arrived, 'request' | 'response'>, work: Promise<void>): void {
    work.catch((error: unknown) => this.fail(arrived, error));
  }

  private fail({ request, response }: Pick<Arrived, 'request' | 'response'>, error: unknown): void {
    this.options.metrics.countOperation(INTERNAL);
    this.options.sendInternalError(request, response, error);
  }

  /** Goes on for a caller who is recognised and may ask; what is to be said to others the routes say. */
  private forCaller(
    arrived: Arrived,
    body: Buffer | undefined,
    goOn: (viewer: Viewer) => void,
  ): void {
    const { request, response } = arrived;
    const caller = this.options.recognise(request);
    const pass = () => {
      passOn(request, { caller, ...(body && { body }) });
      this.routes(request, response);
    };
    const decide = (viewer: Viewer | null) => {
      if (viewer && this.hasRequestsLeft(viewer)) goOn(viewer);
      else pass();
    };
    if (caller instanceof Promise) this.later(arrived, caller.then(decide, pass));
    else decide(caller);
  }

  private answer(arrived: Arrived, viewer: Viewer, body: Buffer | undefined): void {
    const { request, response, begun, question } = arrived;
    const requestId = requestIdOf(request.headers['x-request-id']);
    const name = AnswerName.of(request, viewer, question, body);
    const asked: Asked = { request, response, begun, viewer, requestId, question, body, name };
    if (!this.giveAtOnce(asked)) this.later(arrived, this.answerLater(asked));
  }

  private async answerLater(asked: Asked): Promise<void> {
    const { request, response, body } = asked;
    const rest = await this.reading.answer(asked);
    if (rest === 'answered') return;
    const { settle, turn, takeTurn } = rest;
    // Who hung up meanwhile is waiting for nothing.
    if (response.destroyed) {
      this.options.metrics.countOperation(LEFT.outcome);
      turn?.end();
      return settle?.(undefined);
    }
    passOn(request, {
      // It may have taken long, and the credential may have ended meanwhile.
      caller: this.options.recognise(request),
      ...(body && { body }),
      ...(settle && { settle }),
      ...(takeTurn && { takeTurn }),
      ...(turn && { takeTurn: leftToRoutes(response, turn) }),
    });
    this.routes(request, response);
  }

  /** Gives the answer where it is known, and so is which data version is the newest. */
  private giveAtOnce(asked: Asked): boolean {
    const { known, confirmedVersion } = this.options;
    const version = confirmedVersion();
    if (!known || !version || version instanceof Promise) return false;
    const found = known.find(version.id, asked.name);
    if (!found) return false;
    const grown = (bytes: number) => known.grown(asked.name, found, bytes);
    return this.giving.give(asked, found, { grown, atOnce: true });
  }

  private hasRequestsLeft({ keyId }: Viewer): boolean {
    return this.options.budgets.left(keyId).requests > 0;
  }
}
