import type { DataVersion } from '../../resolvers/request/request';
import type { RecogniseCaller } from '../callers/authentication';
import type { Budgets } from '../budget/budgets';
import { within } from '../basis/deadline';
import type { ServerLedger } from '../record/ledger';
import type { WatchCredential } from '../live/watchCredential';
import type { Metrics } from '../metrics/metrics';
import type { RememberedVersion } from '../versions/newestVersion';
import { isDear, type TakeTurn } from '../turns/connectionTurns';
import type { Turn } from '../turns/turn';
import { AnswerName } from './answerName';
import type { CompiledAnswers, PricedQuery } from './compiledAnswers';
import type { Asked, Giving } from './giving';
import { KnownAnswer, type AnswerToKeep } from '../known/knownAnswer';
import type { KnownAnswers } from './knownAnswers';
import { endingUnlessLeft, turnFor } from './ownTurn';
import type { PassedOn } from '../known/passedOn';
import { plainRequestOf } from './plainRequest';
import type { Sending } from './sendKnown';
import { SharedWork } from './sharedWork';
import { standing, type Standing } from './standing';

/** How long a request waits to learn which data version is the newest, in milliseconds. */
const VERSION_PATIENCE = 500;
/** What is answered with application/json; who says more is answered by the routes. */
const TAKES_JSON = /^$|^\*\/\*$|^application\/json(, ?(\*\/\*|text\/plain(, ?\*\/\*)?))?$/i;

export interface QuickReadingOptions {
  readonly recognise: RecogniseCaller;
  readonly confirmedVersion: RememberedVersion['confirmed'];
  /** None are kept, and no work is shared, where this is absent. */
  readonly known: KnownAnswers | undefined;
  /** Absent where the schema is not one of a model. */
  readonly compiled: CompiledAnswers | undefined;
  readonly budgets: Budgets;
  readonly takeTurn: TakeTurn;
  readonly watchCredential: WatchCredential;
  readonly ledger: ServerLedger;
  readonly metrics: Metrics;
}

type Settle = (answer: AnswerToKeep | undefined) => void;

/** What the routes go on with. */
interface ForRoutes extends Pick<PassedOn, 'settle' | 'takeTurn'> {
  /** A turn of the caller's, to be ended. */
  readonly turn?: Turn;
}

/** Answers that are not known yet, but come without the resolvers or together with somebody else's. */
export class QuickReading {
  private readonly shared = new SharedWork<KnownAnswer>();

  constructor(
    private readonly options: QuickReadingOptions,
    private readonly giving: Giving,
  ) {}

  /**
   * Answers where the answer is known, or soon will be because somebody else asked the same, or can be
   * read as text. Otherwise the request goes the long way, with what is left to do.
   */
  async answer(asked: Asked): Promise<'answered' | ForRoutes> {
    const newest = this.version();
    const now =
      newest instanceof Promise ? await this.lookAgain(asked, newest) : standing(asked, newest);
    const first = now && (await this.giveFound(now));
    if (!first) return {};
    if (first === 'answered') return first;

    return this.inTurn(first);
  }

  /**
   * Goes on when it is the caller's turn: until then nothing of the request is parsed, so that many of one caller's
   * that come at once hold up nobody else. One that turns out to be dear waits once more, in its own lane.
   */
  private async inTurn(first: Standing, cost?: number): Promise<'answered' | ForRoutes> {
    const { viewer, response } = first.asked;
    let turn: Turn;
    let waited = false;
    try {
      turn = await turnFor(response, () => {
        const taken = this.options.takeTurn(viewer, cost);
        waited = taken.begun !== undefined;
        return taken;
      });
    } catch (error) {
      return {
        takeTurn: () => {
          throw error;
        },
      };
    }
    return endingUnlessLeft(turn, async () => {
      // Only who has its turn leads: nobody is to wait for another caller's queue.
      const now = waited ? await this.standingAfterWait(first.asked) : first;
      if (!now) return { turn };
      if (now === 'answered') return now;
      const priced = this.pricedOf(now.asked);
      if (turn.isDear || !isDear(priced?.cost)) return this.lead(now, turn, priced);
      turn.end();
      return this.inTurn(now, priced?.cost);
    });
  }

  private async standingAfterWait(asked: Asked): Promise<'answered' | Standing | undefined> {
    const later = await this.lookAgain(asked);
    return later && this.giveFound(later);
  }

  /**
   * How the request stands after it has waited: meanwhile its credential may have ended, or may see other things,
   * and other data may have been published. Undefined where the routes have to say what has become of it.
   */
  private async lookAgain(asked: Asked, newest = this.version()): Promise<Standing | undefined> {
    const version = await newest;
    // Last, so that nothing is waited for between this look and the watch over what is read.
    const found = this.options.recognise(asked.request);
    const viewer = found instanceof Promise ? await found.catch(() => null) : found;
    if (!viewer) return undefined;
    if (viewer === asked.viewer) return standing(asked, version);
    const name = AnswerName.of(asked.request, viewer, asked.question, asked.body);
    return standing({ ...asked, viewer, name }, version);
  }

  /** Gives the answer where it is known, or comes of work that is under way; else tells how the request stands then. */
  private async giveFound(now: Standing): Promise<'answered' | Standing | undefined> {
    const { known } = this.options;
    if (!known) return now;
    const { asked, version, place } = now;
    const found = known.find(version.id, asked.name);
    if (found) return this.giveKept(asked, found) ? 'answered' : now;
    // Who joins asked after that version was published, and so did who began.
    const work = this.shared.join(place);
    if (!work) return now;
    const answer = await work;
    const later = await this.lookAgain(asked);
    const isFor = (still: Asked) => still.name.isSame(asked.name);
    const isGiven = answer && later && isFor(later.asked) && this.giveKept(later.asked, answer);
    return isGiven ? 'answered' : later;
  }

  private giveKept(asked: Asked, answer: KnownAnswer): boolean {
    return this.giving.give(asked, answer, this.kept(asked, answer));
  }

  private async lead(
    now: Standing,
    turn: Turn,
    priced: PricedQuery | undefined,
  ): Promise<'answered' | ForRoutes> {
    const { known } = this.options;
    const { asked, version, place } = now;
    const { name } = asked;
    const lead = known && this.shared.lead(place);
    asked.response.once('close', () => lead?.(undefined));
    return endingUnlessLeft(turn, async () => {
      const read = priced && (await this.readCompiled(asked, version, priced));
      if (!read) {
        if (!known) return { turn };
        const settle: Settle = (settled) => {
          const answer = settled && known.keep(name, settled);
          lead?.(answer, !answer);
        };
        return { settle, turn };
      }
      turn.end();
      const answer = known?.noteAsking(name) ? known.keep(name, read) : new KnownAnswer(read);
      lead?.(answer);
      this.giving.send(asked, answer, known ? this.kept(asked, answer) : {});
      return 'answered';
    });
  }

  private kept({ name }: Asked, answer: KnownAnswer): Sending {
    return { grown: (bytes) => this.options.known?.grown(name, answer, bytes) };
  }

  /** Undefined where the cost is not known before the routes have looked at the request. */
  private pricedOf({ question, viewer, body }: Asked): PricedQuery | undefined {
    const { compiled } = this.options;
    const plain = compiled && plainRequestOf(question, body);
    return plain && compiled.pricedOf(plain, viewer);
  }

  /** The answer by the compiled way, paid for; undefined where it is for the routes. */
  private async readCompiled(
    { request, response, viewer, requestId }: Asked,
    version: DataVersion,
    priced: PricedQuery,
  ): Promise<AnswerToKeep | undefined> {
    const { budgets, ledger, metrics, watchCredential } = this.options;
    if (!TAKES_JSON.test(request.headers.accept ?? '')) return undefined;
    const reading = priced.readingOf(version);
    if (!reading) return undefined;
    const price = { requests: 1, cost: priced.cost };
    // Where too little is left, the routes say so.
    if (budgets.spend(viewer.keyId, price)) return undefined;
    const minute = budgets.minute();
    const hangUp = () => reading.stop();
    response.once('close', hangUp);
    const stopWatching = watchCredential({ request, response, viewer }, () => reading.stop());
    // Whatever fails there fails in the resolvers' way once more, and is told in their words.
    const read = await reading.read().catch(() => undefined);
    response.off('close', hangUp);
    stopWatching();
    const answer = read && ledger.recordAnswer(viewer, requestId, read) ? read : undefined;
    if (answer) metrics.countQuickAnswer('compiled');
    else budgets.giveBack(viewer.keyId, price, minute);
    return answer;
  }

  private version() {
    const confirmed = this.options.confirmedVersion();
    return confirmed instanceof Promise
      ? within(VERSION_PATIENCE, confirmed).catch(() => null)
      : confirmed;
  }
}
