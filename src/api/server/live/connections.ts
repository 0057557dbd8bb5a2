import type { Viewer } from '../../access/viewer';

/** Why a stream is ended by the server. */
export type Ending = 'credential ended' | 'server ends';

interface Connection {
  readonly viewer: Viewer;
  /** Who the same credential is now; null where it is nobody any more. */
  readonly recognise: () => Promise<Viewer | null>;
  readonly end: (why: Ending) => void;
}

/** Longer than a timer may run; it is then set again. */
const LONGEST_TIMER = 3_600_000;
/** Clocks differ, and what is remembered of a key may be a second old. */
const AFTER_EXPIRY = 1_000;

/**
 * Streams outlive the look at the credential with which they began: here it is looked at again whenever
 * it may have changed, and a stream ends with its credential, or with a right that it had.
 */
export class Connections {
  private readonly open = new Set<Connection>();

  /** Returns what must be called when the stream has ended by itself. */
  add(connection: Connection): () => void {
    this.open.add(connection);
    let timer: NodeJS.Timeout | undefined;
    const watch = () => {
      const { expiresAt } = connection.viewer;
      if (expiresAt === undefined || !this.open.has(connection)) return;
      const left = Math.max(expiresAt - Date.now(), 0) + AFTER_EXPIRY;
      timer = setTimeout(
        () => void this.judge(connection).then(watch),
        Math.min(left, LONGEST_TIMER),
      );
      timer.unref();
    };
    watch();
    return () => {
      clearTimeout(timer);
      this.open.delete(connection);
    };
  }

  /** Credentials may have changed. */
  async recheck(): Promise<void> {
    await Promise.all([...this.open].map((connection) => this.judge(connection)));
  }

  endAll(): void {
    for (const { end } of this.open) end('server ends');
  }

  private async judge({ viewer, recognise, end }: Connection): Promise<void> {
    let now: Viewer | null;
    try {
      now = await recognise();
    } catch {
      // The database is gone, so that nothing is told to anybody; this is called again when it is back.
      return;
    }
    const keepsRights = [...viewer.rights].every((right) => now?.rights.has(right));
    if (!keepsRights || !now) end('credential ended');
  }
}
