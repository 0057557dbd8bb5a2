import type { Viewer } from '../../access/viewer';
import type { Budgets } from '../budget/budgets';
import { LEFT } from '../basis/endedAnswers';
import type { ServerLedger } from '../record/ledger';
import type { Metrics } from '../metrics/metrics';
import type { AnswerName } from './answerName';
import type { Question } from './asked';
import type { KnownAnswer } from '../known/knownAnswer';
import type { KnownExchange, Sending, SendKnown } from './sendKnown';

/** A request whose caller is known and whose body has been read. */
export interface Asked extends KnownExchange {
  readonly viewer: Viewer;
  readonly question: Question;
  readonly body: Buffer | undefined;
  readonly name: AnswerName;
}

export interface GivingOptions {
  readonly budgets: Budgets;
  readonly ledger: ServerLedger;
  readonly send: SendKnown;
  readonly metrics: Metrics;
}

/** Gives answers past the routes. */
export class Giving {
  constructor(private readonly options: GivingOptions) {}

  /** Gives a known answer, paid for; false where too little is left, which the routes say. */
  give(asked: Asked, answer: KnownAnswer, sending: Sending): boolean {
    const { budgets, ledger, metrics } = this.options;
    const { cost, lookups } = answer.kept;
    if (budgets.spend(asked.viewer.keyId, { requests: 1, cost, lookups })) return false;
    if (asked.response.destroyed) return this.countLeft();
    if (!ledger.recordAnswer(asked.viewer, asked.requestId, answer.kept)) return false;
    metrics.countQuickAnswer('known');
    this.send(asked, answer, sending);
    return true;
  }

  send(asked: Asked, answer: KnownAnswer, sending: Sending): void {
    if (asked.response.destroyed) return void this.countLeft();
    this.options.metrics.countOperation('ok');
    this.options.send(asked, answer, sending);
  }

  private countLeft(): true {
    this.options.metrics.countOperation(LEFT.outcome);
    return true;
  }
}
