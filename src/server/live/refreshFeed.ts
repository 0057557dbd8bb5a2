import type { Knex } from 'knex';
import type { Viewer } from '../../access/viewer';
import { PROGRESS_CHANNEL } from '../../database/channels';
import type { Notifications } from '../../database/notifications';
import {
  isCalled,
  isOver,
  newestProgress,
  progressOfRun,
  readProgress,
  type RunProgress,
} from '../../query/refreshProgress';
import { answerError } from '../../resolvers/errors';
import { DATABASE_PATIENCE, within } from '../deadline';
import { sentences } from '../sentences';
import { LatestOfEach } from './latestOfEach';
import { Seats, type SeatLimits } from './seats';

/** Runs of which a slow subscriber is still told; the end of none of these is left out. */
const MOST_RUNS = 10;

interface Follower {
  readonly runId: string | null;
  readonly told: LatestOfEach<RunProgress>;
  /** Runs of which it has been told. */
  readonly known: Set<string>;
}

export interface RefreshFeed {
  /** How the run goes, or every run where none is named. Throws what is to be told to the caller. */
  follow(viewer: Viewer, runId: string | null): Promise<AsyncIterableIterator<RunProgress>>;
  /** Subscriptions under way. */
  count(): number;
}

/**
 * Hands to every subscriber of this process what the database says of refreshes. Subscribers hold no
 * connection, and nothing is asked again and again: there is one question when a subscription begins,
 * and one when the connection that listens had been broken.
 */
export function feedRefreshProgress(
  database: Knex,
  notifications: Notifications,
  limits: SeatLimits,
): RefreshFeed {
  const followers = new Set<Follower>();
  const seats = new Seats(limits);

  const tell = (follower: Follower, progress: RunProgress) => {
    const { runId, told, known } = follower;
    if (runId !== null && !isCalled(progress, runId)) return;
    // A set in the order of insertion: the oldest goes, so that it does not grow with the years.
    known.delete(progress.runId);
    known.add(progress.runId);
    const [oldest] = known;
    if (known.size > MOST_RUNS && oldest !== undefined) known.delete(oldest);
    told.push(progress);
    if (runId !== null && isOver(progress)) told.end();
  };
  const stateOf = (runId: string | null) =>
    runId === null ? newestProgress(database) : progressOfRun(database, runId);
  const tellAnew = async (runId: string | null) => {
    const now = await stateOf(runId);
    if (!now || now === 'queued') return;
    for (const follower of followers) if (follower.runId === runId) tell(follower, now);
  };

  notifications.on(PROGRESS_CHANNEL, {
    heard: (message) => {
      const progress = readProgress(message);
      for (const follower of followers) tell(follower, progress);
    },
    missed: () => {
      for (const runId of new Set([...followers].map((follower) => follower.runId))) {
        // Where the database is gone, this is asked again when it can be listened to again.
        tellAnew(runId).catch(() => undefined);
      }
    },
  });

  return {
    async follow({ keyId }, runId) {
      const seat = seats.take(keyId);
      if (seat === 'holder is full') {
        throw answerError('RATE_LIMITED', sentences.tooManySubscriptions(limits.ofOne));
      }
      if (seat === 'all is full') throw answerError('UNAVAILABLE', sentences.noSubscriptionLeft);
      const told = new LatestOfEach<RunProgress>(
        (progress) => progress.runId,
        MOST_RUNS,
        () => {
          followers.delete(follower);
          seat.free();
        },
      );
      const follower: Follower = { runId, told, known: new Set() };
      // From before the question on, so that nothing is missed between the two.
      followers.add(follower);
      try {
        const now = await within(DATABASE_PATIENCE, stateOf(runId));
        if (runId !== null && now === undefined) {
          throw answerError('NOT_FOUND', sentences.noSuchRun(runId));
        }
        // What was heard in the meantime is newer than what was read.
        if (now && now !== 'queued' && !follower.known.has(now.runId)) tell(follower, now);
      } catch (error) {
        await told.return();
        throw error;
      }
      return told;
    },
    count: () => seats.count,
  };
}
