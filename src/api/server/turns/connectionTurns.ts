import { HeaderMap } from '@apollo/server';
import { GraphQLError } from 'graphql';
import type { Knex } from 'knex';
import type { Viewer } from '../../access/viewer';
import { answerError } from '../../resolvers/request/errors';
import { POOL_PATIENCE } from '../basis/deadline';
import { sentences } from '../basis/sentences';
import { NoTurn, Turns, type Turn } from './turns';

/** Of each five connections one is left for what every request needs, such as to know who asks. */
const OF_EACH_KEPT = 5;
/** Requests of one caller that wait, and how long they may, in milliseconds. */
const MAX_WAITING = 100;
const OWN_PATIENCE = 10_000;
/** When whoever has too much waiting may ask again, in seconds. */
const COME_BACK = 2;

/** Gives callers turns of the pool's connections. Throws the error to send to a caller who gets none. */
export type TakeTurn = (viewer: Viewer | null) => Turn;

/** `share` is how many connections one caller may hold; 0: as many as there are. */
export function turnsOf(database: Knex, share: number): TakeTurn {
  const { pool } = database.client.config as Knex.Config;
  const size = pool?.max ?? 1;
  const ofAll = Math.max(1, size - Math.max(1, Math.floor(size / OF_EACH_KEPT)));
  const ofOne = share === 0 ? ofAll : Math.min(share, ofAll);
  const turns = new Turns(
    { ofAll, ofOne, waiting: MAX_WAITING },
    { forOthers: POOL_PATIENCE, forOwn: OWN_PATIENCE },
  );
  return (viewer) => {
    try {
      // Who shows no credential is one caller with all others who show none.
      const { begun, end } = turns.take(viewer?.keyId ?? '');
      return { begun: begun?.catch(tell), end };
    } catch (error) {
      return tell(error);
    }
  };
}

function tell(error: unknown): never {
  if (!(error instanceof NoTurn)) throw error;
  if (error.because === 'of others') throw answerError('UNAVAILABLE', sentences.allAtWork);
  const headers = new HeaderMap([['retry-after', String(COME_BACK)]]);
  throw new GraphQLError(sentences.tooMuchWaiting, {
    extensions: { code: 'RATE_LIMITED', http: { status: 429, headers } },
  });
}
