import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Viewer } from '../../access/viewer';
import type { DataVersion } from '../../resolvers/request';
import type { RecogniseCaller } from '../authentication';
import type { Budgets } from '../budget/budgets';
import { within } from '../deadline';
import type { ServerLedger } from '../ledger';
import type { Metrics } from '../metrics';
import type { RememberedVersion } from '../newestVersion';
import { requestIdOf } from '../requestId';
import { AnswerName } from './answerName';
import { questionOf, readBody, type Question } from './asked';
import type { CompiledAnswers } from './compiledAnswers';
import { KnownAnswer, type AnswerToKeep } from './knownAnswer';
import type { KnownAnswers } from './knownAnswers';
import { passOn } from './passedOn';
import { plainRequestOf } from './plainRequest';
import type { KnownExchange, Sending, SendKnown } from './sendKnown';
import { SharedWork } from './sharedWork';

/** How long a request waits to learn which data version is the newest, in milliseconds. */
const VERSION_PATIENCE = 500;
/** What is answered with application/json; who says more is answered by the routes. */
const TAKES_JSON = /^$|^\*\/\*$|^application\/json(, ?(\*\/\*|text\/plain(, ?\*\/\*)?))?$/i;

export type Handler = (request: IncomingMessage, response: ServerResponse) => void;

export interface FrontOptions {
  readonly recognise: RecogniseCaller;
  readonly confirmedVersion: RememberedVersion['confirmed'];
  /** None are kept, and no work is shared, where this is absent. */
  readonly known: KnownAnswers | undefined;
  /** Absent where the schema is not one of a model. */
  readonly compiled: CompiledAnswers | undefined;
  readonly budgets: Budgets;
  readonly ledger: ServerLedger;
  readonly send: SendKnown;
  readonly metrics: Metrics;
}

/**
 * Meets every request before the routes do, and answers those whose answer is known, or is rows alone.
 * Gold changes only when a data version is published: until then an answer depends on nothing but the
 * request's text and what its caller may see. All that is not wholly plain it passes on, and the routes
 * answer it.
 */
export class Front {
  private readonly shared = new SharedWork<KnownAnswer>();

  constructor(
    private readonly options: FrontOptions,
    private readonly routes: Handler,
  ) {}

  /** Where all is known at once, no promise stands between the request and its answer. */
  meet(request: IncomingMessage, response: ServerResponse): void {
    const begun = performance.now();
    const question = questionOf(request);
    if (!question) return this.routes(request, response);
    const arrived: Arrived = { request, response, begun, question };
    this.forCaller(arrived, undefined, (viewer) => {
      if (question.by === 'search') return this.answer(arrived, viewer, undefined);
      void readBody(request, question.bytes).then((body) => {
        if (!body) return void response.destroy();
        // It may have been long on the way, and whoever sends it may have lost its rights meanwhile.
        this.forCaller(arrived, body, (still) => this.answer(arrived, still, body));
      });
    });
  }

  /** Goes on for a caller who is recognised and may ask; what is to be said to others the routes say. */
  private forCaller(
    { request, response }: Arrived,
    body: Buffer | undefined,
    goOn: (viewer: Viewer) => void,
  ): void {
    const caller = this.options.recognise(request);
    const pass = () => {
      passOn(request, { caller, ...(body && { body }) });
      this.routes(request, response);
    };
    const decide = (viewer: Viewer | null) => {
      if (viewer && this.hasRequestsLeft(viewer)) goOn(viewer);
      else pass();
    };
    if (caller instanceof Promise) void caller.then(decide, pass);
    else decide(caller);
  }

  private answer(arrived: Arrived, viewer: Viewer, body: Buffer | undefined): void {
    const { request, response, begun, question } = arrived;
    const requestId = requestIdOf(request.headers['x-request-id']);
    const name = AnswerName.of(request, viewer, question, body);
    const asked: Asked = { request, response, begun, viewer, requestId, question, body, name };
    if (!this.giveAtOnce(asked)) void this.answerLater(asked);
  }

  private async answerLater(asked: Asked): Promise<void> {
    const { request, response, viewer, body } = asked;
    const settle = await this.answerOrLead(asked);
    if (settle === 'answered') return;
    // Who hung up meanwhile is waiting for nothing.
    if (response.destroyed) return settle?.(undefined);
    passOn(request, { caller: viewer, ...(body && { body }), ...(settle && { settle }) });
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
    return this.give(asked, found, { grown, atOnce: true });
  }

  /**
   * Answers where the answer is known, or soon will be because somebody else asked the same, or can be
   * read as text. Otherwise the request goes the long way, and `settle` is to be told of its answer.
   */
  private async answerOrLead(asked: Asked): Promise<'answered' | Settle | undefined> {
    const { known } = this.options;
    const newest = this.version();
    const version = newest instanceof Promise ? await newest : newest;
    if (!version) return undefined;
    if (!known) {
      const read = await this.readCompiled(asked, version);
      if (read) this.send(asked, new KnownAnswer(read), {});
      return read && 'answered';
    }

    const { name } = asked;
    // Who joins asked after that version was published, and so did who began.
    const place = `${version.id}\n${name.key}`;
    const found = known.find(version.id, name) ?? (await this.shared.join(place));
    const kept = (answer: KnownAnswer): Sending => ({
      grown: (bytes) => known.grown(name, answer, bytes),
    });
    if (found) return this.give(asked, found, kept(found)) ? 'answered' : undefined;

    const lead = this.shared.lead(place);
    asked.response.once('close', () => lead?.(undefined));
    const read = await this.readCompiled(asked, version);
    if (!read) {
      return (settled) => {
        const answer = settled && known.keep(name, settled);
        lead?.(answer, !answer);
      };
    }
    const answer = known.noteAsking(name) ? known.keep(name, read) : new KnownAnswer(read);
    lead?.(answer);
    this.send(asked, answer, kept(answer));
    return 'answered';
  }

  /** The answer by the compiled way, paid for; undefined where it is for the routes. */
  private async readCompiled(
    { request, response, viewer, requestId, question, body }: Asked,
    version: DataVersion,
  ): Promise<AnswerToKeep | undefined> {
    const { compiled, budgets, ledger, metrics } = this.options;
    if (!compiled || !TAKES_JSON.test(request.headers.accept ?? '')) return undefined;
    const plain = plainRequestOf(question, body);
    const reading = plain && compiled.readingOf(plain, viewer, version);
    if (!reading) return undefined;
    const price = { requests: 1, cost: reading.cost };
    // Where too little is left, the routes say so.
    if (budgets.spend(viewer.keyId, price)) return undefined;
    const hangUp = () => reading.stop();
    response.once('close', hangUp);
    // Whatever fails there fails in the resolvers' way once more, and is told in their words.
    const read = await reading.read().catch(() => undefined);
    response.off('close', hangUp);
    const answer = read && ledger.recordAnswer(viewer, requestId, read) ? read : undefined;
    if (answer) metrics.countQuickAnswer('compiled');
    else budgets.giveBack(viewer.keyId, price);
    return answer;
  }

  /** Gives a known answer, paid for; false where too little is left, which the routes say. */
  private give(asked: Asked, answer: KnownAnswer, sending: Sending): boolean {
    const { budgets, ledger, metrics } = this.options;
    const { cost, lookups } = answer.kept;
    if (budgets.spend(asked.viewer.keyId, { requests: 1, cost, lookups })) return false;
    if (asked.response.destroyed) return true;
    if (!ledger.recordAnswer(asked.viewer, asked.requestId, answer.kept)) return false;
    metrics.countQuickAnswer('known');
    this.send(asked, answer, sending);
    return true;
  }

  private send(asked: Asked, answer: KnownAnswer, sending: Sending): void {
    if (asked.response.destroyed) return;
    this.options.metrics.countOperation('ok');
    this.options.send(asked, answer, sending);
  }

  private hasRequestsLeft({ keyId }: Viewer): boolean {
    return this.options.budgets.left(keyId).requests > 0;
  }

  private version() {
    const confirmed = this.options.confirmedVersion();
    return confirmed instanceof Promise
      ? within(VERSION_PATIENCE, confirmed).catch(() => null)
      : confirmed;
  }
}

type Settle = (answer: AnswerToKeep | undefined) => void;

interface Arrived extends Omit<KnownExchange, 'viewer' | 'requestId'> {
  readonly question: Question;
}

/** A request whose caller is known and whose body has been read. */
interface Asked extends Arrived, KnownExchange {
  readonly body: Buffer | undefined;
  readonly name: AnswerName;
}
