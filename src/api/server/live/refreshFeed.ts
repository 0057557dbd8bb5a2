import { isDeepStrictEqual } from 'node:util';
import type { Knex } from 'knex';
import type { Viewer } from '../../access/viewer';
import { PROGRESS_CHANNEL } from '../../../ground/database/channels';
import type { Notifications } from '../../../ground/database/connecting/notifications';
import {
  isCalled,
  isOver,
  newestProgress,
  newestRuns,
  progressOfRun,
  type ProgressRow,
  type RunProgress,
} from '../../query/records/refreshProgress';
import { answerError } from '../../resolvers/request/errors';
import { DATABASE_PATIENCE, within } from '../basis/deadline';
import { paced } from '../../../ground/database/queue/paced';
import { sentences } from '../basis/sentences';
import { LatestOfEach } from './latestOfEach';
import { Seats, type SeatLimits } from './seats';

/** Runs of which a slow subscriber is still told; the end of none of these is left out. */
const MAX_RUNS = 10;
/** However often it is said that a run goes on, it is looked at no more often, in milliseconds. */
const BETWEEN_LOOKS = 50;
/** After a look that failed. */
const RETRY_AFTER = 1_000;

interface Follower {
  readonly runId: string | null;
  readonly told: LatestOfEach<RunProgress>;
  /** What it was told of each run last. */
  readonly known: Map<string, RunProgress>;
  /** The last look that had begun when the subscription did; undefined while it begins. */
  since: number | undefined;
  /** Runs before this one are none of its business. */
  from: bigint;
}

export interface RefreshFeed {
  /** How the run goes, or every run where none is named. Throws what is to be told to the caller. */
  follow(viewer: Viewer, runId: string | null): Promise<AsyncIterableIterator<RunProgress>>;
  /** Subscriptions under way. */
  count(): number;
}

/**
 * Hands to every subscriber of this process what the database has of refreshes. Subscribers hold no
 * connection. There is one look at the table for all of them whenever something is said on the channel: what is
 * said is not believed, and however often it is said, there is one look at a time.
 */
export function feedRefreshProgress(
  database: Knex,
  notifications: Notifications,
  limits: SeatLimits,
): RefreshFeed {
  const followers = new Set<Follower>();
  const seats = new Seats(limits);
  let looks = 0;

  const tell = (follower: Follower, progress: RunProgress) => {
    const { runId, told, known, from } = follower;
    if (runId === null ? BigInt(progress.runId) < from : !isCalled(progress, runId)) return;
    if (isDeepStrictEqual(known.get(progress.runId), progress)) return;
    // A map in the order of insertion: the oldest goes, so that it does not grow with the years.
    known.delete(progress.runId);
    known.set(progress.runId, progress);
    const [oldest] = known.keys();
    if (known.size > MAX_RUNS && oldest !== undefined) known.delete(oldest);
    told.push(progress);
    if (runId !== null && isOver(progress)) told.end();
  };

  const readRuns = async (): Promise<readonly RunProgress[]> => {
    const text = newestRuns(MAX_RUNS);
    const asked = notifications.ask(text);
    const rows = asked
      ? ((await within(DATABASE_PATIENCE, asked)) as readonly ProgressRow[])
      : (await database.raw<{ rows: ProgressRow[] }>(text)).rows;
    return rows.map(({ message }) => message).reverse();
  };
  const look = paced(
    async () => {
      if (followers.size === 0) return;
      looks += 1;
      const no = looks;
      for (const progress of await readRuns()) {
        for (const follower of followers) {
          // What was read before its own beginning is older than what it was told there.
          if (follower.since !== undefined && no > follower.since) tell(follower, progress);
        }
      }
    },
    BETWEEN_LOOKS,
    () => void setTimeout(look, RETRY_AFTER).unref(),
  );
  notifications.on(PROGRESS_CHANNEL, look);

  const begin = async (follower: Follower): Promise<void> => {
    const { runId } = follower;
    const reading = runId === null ? newestProgress(database) : progressOfRun(database, runId);
    const now = await within(DATABASE_PATIENCE, reading);
    if (runId !== null && now === undefined) {
      throw answerError('NOT_FOUND', sentences.noSuchRun(runId));
    }
    follower.since = looks;
    if (now && now !== 'queued') {
      follower.from = BigInt(now.runId);
      tell(follower, now);
    }
    // What happened in the meantime is not missed.
    look();
  };

  return {
    async follow({ keyId }, runId) {
      const seat = seats.take(keyId);
      if (seat === 'holder is full') {
        throw answerError('RATE_LIMITED', sentences.tooManySubscriptions(limits.ofOne));
      }
      if (seat === 'all is full') throw answerError('UNAVAILABLE', sentences.noSubscriptionLeft);
      const told = new LatestOfEach<RunProgress>(
        (progress) => progress.runId,
        MAX_RUNS,
        () => {
          followers.delete(follower);
          seat.free();
        },
      );
      const follower: Follower = { runId, told, known: new Map(), since: undefined, from: 0n };
      followers.add(follower);
      try {
        await begin(follower);
      } catch (error) {
        await told.return();
        throw error;
      }
      return told;
    },
    count: () => seats.count,
  };
}
