import type { Knex } from 'knex';
import type { BinMask } from '../../access/bins/binMask';
import type { ClearBins } from '../../access/bins/clearBins';
import type { KeyRecord, NewKey } from '../../access/keys/keyRecord';
import type { KeyWish } from '../../access/keys/keyRequest';
import type { KeyRequestNote } from '../../access/keys/keysByRequest';
import type { Viewer } from '../../access/viewer';
import type { RunProgress } from '../../query/records/refreshProgress';
import type { ValueBudget } from '../../query/values/valueBudget';

/** A publication of data, as the newest row of refresh.data_versions that the snapshot sees. */
export interface DataVersion {
  readonly id: string;
  /** As PostgreSQL writes it in UTC, with its microseconds. */
  readonly publishedAt: string;
  /** Source time of the newest event that is in the data. */
  readonly sourceTime: string | null;
  /** The rows come from demonstration data. */
  readonly demonstration: boolean;
  /** Totals of the rows by usual keys are kept beside them. */
  readonly rolledUp: boolean;
}

/** What one request sees of the database: the same rows and the same version in every statement. */
export interface Snapshot {
  /** A REPEATABLE READ, READ ONLY transaction that ends with the request. */
  readonly database: Knex;
  /** Null until data has been published for the first time. */
  readonly dataVersion: DataVersion | null;
}

/** Changes keys outside the snapshot, on record. Each throws an error for the caller. */
export interface KeyChanges {
  create(viewer: Viewer, wish: KeyWish, note: KeyRequestNote): Promise<NewKey>;
  revoke(viewer: Viewer, id: string, note: KeyRequestNote): Promise<KeyRecord>;
}

/** What the server knows of a request. */
export interface Request {
  /** Null where no credentials were given: every data field then answers UNAUTHENTICATED. */
  readonly viewer: Viewer | null;
  /** Which BINs are masked: from which year on, and by which policy. */
  readonly binMask: BinMask;
  /** Groups of fewer companies are withheld from callers without bin:read; absent or 0: none. */
  readonly minGroupCompanies?: number;
  /** Opened at the first call; all later calls of the request get the same one. */
  snapshot(): Promise<Snapshot>;
  /** Puts a refresh in the queue, outside the snapshot, and answers with its job's id. */
  enqueueRefresh(full: boolean): Promise<{ readonly jobId: string }>;
  /** Lets the gates of a held run pass, in the caller's name, and answers with the job of the refresh. */
  releaseHeldRun(viewer: Viewer, runId: string, why: string): Promise<{ readonly jobId: string }>;
  readonly keyChanges: KeyChanges;
  /** Follows the progress of a run, or of every run where none is named, from now on. */
  followRefresh(viewer: Viewer, runId: string | null): Promise<AsyncIterableIterator<RunProgress>>;
  /** Counts a look-up of a company by a BIN that the caller may not see. Throws above the limit. */
  countLookup(viewer: Viewer): void;
  /** What the answer may hold. */
  readonly budget: ValueBudget;
  /** The rows that show an unmasked BIN, counted where the answer is made. */
  readonly clearBins: ClearBins;
  /** The id by which the log knows this request. */
  readonly requestId: string;
}
