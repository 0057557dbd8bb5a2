/** What stands for a BIN begins so, and nothing of it is clear; so too what was masked at the source. */
export const PSEUDONYM_START = '777777';

/** Counts the rows of an answer that show a BIN as it is, to whoever. */
export class ClearBins {
  private readonly counted = new WeakSet<object>();
  private shown = 0;

  /** How many rows were seen with one. */
  get rows(): number {
    return this.shown;
  }

  /** The row shows this; each row counts once, however often it shows it. */
  see(row: object, bin: unknown): void {
    if (typeof bin !== 'string' || bin.startsWith(PSEUDONYM_START) || this.counted.has(row)) return;
    this.counted.add(row);
    this.shown += 1;
  }
}
