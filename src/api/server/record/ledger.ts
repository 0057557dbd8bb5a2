import type { Knex } from 'knex';
import type { Logger } from 'pino';
import { bufferLedger } from '../../access/ledger/ledgerBuffer';
import type { Viewer } from '../../access/viewer';
import type { AnswerNotes } from '../plugins/answerPlugin';
import { bulkReads } from './bulkReads';
import { loggedError } from '../basis/failure';
import type { Metrics } from '../metrics/metrics';

/** What of an answer the ledger is told of; what is kept of the answer has it too. */
export type RecordedNotes = Pick<
  AnswerNotes,
  'clearBins' | 'lookups' | 'operation' | 'document' | 'refused'
>;

export interface ServerLedger {
  /**
   * Records what of an answer belongs into the ledger, before it is sent. An answer that is given again
   * counts again. False where it cannot be recorded: then it must not be sent.
   */
  recordAnswer(viewer: Viewer | null, requestId: string, notes: RecordedNotes): boolean;
  /** Records that a request was refused before it was looked at. */
  recordRefusal(viewer: Viewer | null, requestId: string, code: string): void;
  close(): Promise<void>;
}

export interface ServerLedgerOptions {
  readonly database: Knex;
  /** Rows with a clear BIN that a caller reads within an hour without being told of; 0: any number. */
  readonly bulkRows: number;
  readonly metrics: Metrics;
  readonly log: Logger;
}

/** Between two lines that say the same of the ledger, in milliseconds. */
const QUIET = 60_000;

export function openLedger({
  database,
  bulkRows,
  metrics,
  log,
}: ServerLedgerOptions): ServerLedger {
  let quietUntil = 0;
  const onTrouble = (error: unknown) => {
    // It is tried again twice a second, for as long as the database takes no changes.
    if (performance.now() < quietUntil) return;
    quietUntil = performance.now() + QUIET;
    log.error({ error: loggedError(error) }, 'the ledger cannot be written');
  };
  const tellOfBulk = bulkReads(database, bulkRows, {
    onPassed({ caller, rows }) {
      metrics.countBulkRead();
      log.warn({ keyId: caller, rows }, 'a caller reads many clear BINs');
    },
    onTrouble,
  });
  const buffer = bufferLedger(database, {
    onTrouble,
    ...(bulkRows > 0 && { onCounted: tellOfBulk }),
  });
  metrics.watchLedger(buffer);
  const by = (viewer: Viewer | null) => ({
    caller: viewer?.keyId ?? null,
    callerName: viewer?.name,
  });

  return {
    recordAnswer(viewer, requestId, { clearBins, lookups, operation, document, refused }) {
      if (clearBins === 0 && lookups === 0 && !refused) return true;
      const what = { ...by(viewer), operation: operation?.slice(0, 100), document, requestId };
      if (refused) buffer.record({ ...what, kind: 'REFUSED', subject: refused });
      if (clearBins === 0 && lookups === 0) return true;
      if (!buffer.canRecord()) return false;
      if (lookups > 0) buffer.record({ ...what, kind: 'LOOKUP', times: lookups });
      if (clearBins === 0) return true;
      buffer.record({ ...what, kind: 'CLEAR_BINS', rows: clearBins });
      metrics.countClearBins(clearBins);
      return true;
    },
    recordRefusal(viewer, requestId, code) {
      buffer.record({ ...by(viewer), kind: 'REFUSED', subject: code, requestId });
    },
    close: buffer.close,
  };
}
