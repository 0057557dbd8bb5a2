import { HeaderMap } from '@apollo/server';
import { GraphQLError } from 'graphql';
import type { Knex } from 'knex';
import type { Viewer } from '../../access/viewer';
import { answerError } from '../../resolvers/request/errors';
import { POOL_PATIENCE } from '../basis/deadline';
import { sentences } from '../basis/sentences';
import { NoTurn, type Turn } from './turn';
import type { TurnLimits } from './turnLimits';
import { Turns } from './turns';

/** Of each five connections one is left for what every request needs, such as to know who asks. */
const OF_EACH_KEPT = 5;
/** Of each four of the others one is left to other callers by one who asks alone. */
const OF_EACH_SPARED = 4;
/**
 * What is dear, in about microseconds of work: from there on a request takes a processor of the database for some
 * tens of milliseconds, for which others would feel it.
 */
const DEAR_COST = 100_000;
/** Of one caller that asks alone. While others ask it has one of them under way. */
const MAX_DEAR_OF_ONE = 2;
/** Requests of one caller that wait, and how long they may, in milliseconds. */
const MAX_WAITING = 100;
const OWN_PATIENCE = 10_000;
/** Whoever asked within the last second may be about to ask again, in milliseconds. */
const PRESENCE = 1_000;
/** When whoever has too much waiting may ask again, in seconds. */
const COME_BACK = 2;

/**
 * Gives callers turns of the pool's connections. Throws the error to send to a caller who gets none.
 * `cost` is what the request could cost; undefined where it is not known.
 */
export type TakeTurn = (viewer: Viewer | null, cost: number | undefined) => Turn;

export function isDear(cost = 0): boolean {
  return cost >= DEAR_COST;
}

/** `share` is how many connections one caller may hold while others ask; 0: as many as there are. */
export function turnsOf(database: Knex, share: number): TakeTurn {
  const { pool } = database.client.config as Knex.Config;
  const turns = new Turns(limitsOf(pool?.max ?? 1, share), {
    forOthers: POOL_PATIENCE,
    forOwn: OWN_PATIENCE,
    presence: PRESENCE,
  });
  return (viewer, cost) => {
    try {
      // Who shows no credential is one caller with all others who show none.
      const turn = turns.take(viewer?.keyId ?? '', isDear(cost));
      return { ...turn, begun: turn.begun?.catch(tell) };
    } catch (error) {
      return tell(error);
    }
  };
}

/** How a pool of so many connections is shared. */
export function limitsOf(size: number, share: number): TurnLimits {
  const ofAll = atLeastOne(size - atLeastOne(size / OF_EACH_KEPT));
  const dear = atLeastOne(ofAll / 2);
  if (share === 0) {
    return {
      all: { ofAll, alone: ofAll, beside: ofAll },
      dear: { ofAll: dear, alone: dear, beside: dear },
      waiting: MAX_WAITING,
    };
  }
  const beside = Math.min(share, ofAll);
  const alone = Math.max(beside, ofAll - atLeastOne(ofAll / OF_EACH_SPARED));
  return {
    all: { ofAll, alone, beside },
    dear: { ofAll: dear, alone: Math.min(dear, MAX_DEAR_OF_ONE), beside: 1 },
    waiting: MAX_WAITING,
  };
}

function atLeastOne(number: number): number {
  return Math.max(1, Math.floor(number));
}

function tell(error: unknown): never {
  if (!(error instanceof NoTurn)) throw error;
  if (error.because === 'of others') throw answerError('UNAVAILABLE', sentences.allAtWork);
  const headers = new HeaderMap([['retry-after', String(COME_BACK)]]);
  throw new GraphQLError(sentences.tooMuchWaiting, {
    extensions: { code: 'RATE_LIMITED', http: { status: 429, headers } },
  });
}
