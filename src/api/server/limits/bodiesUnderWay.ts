import { MAX_BYTES_UNDER_WAY_PER_CALLER } from './connectionLimits';

/** What a request takes whose body is shorter. */
const MIN_BYTES_OF_ONE = 16 * 1024;

/**
 * Bounds what is held in memory of requests whose bodies are on their way: a caller may have many connections, and
 * send slowly on each.
 */
export class BodiesUnderWay {
  private readonly bytes = new Map<string, number>();

  /** False, and nothing is counted, where the caller has too much under way. What is counted has to be ended once. */
  begin(caller: string, bytes: number): boolean {
    const underWay = (this.bytes.get(caller) ?? 0) + weightOf(bytes);
    if (underWay > MAX_BYTES_UNDER_WAY_PER_CALLER) return false;
    this.bytes.set(caller, underWay);
    return true;
  }

  end(caller: string, bytes: number): void {
    const left = (this.bytes.get(caller) ?? 0) - weightOf(bytes);
    if (left > 0) this.bytes.set(caller, left);
    else this.bytes.delete(caller);
  }
}

function weightOf(bytes: number): number {
  return Math.max(bytes, MIN_BYTES_OF_ONE);
}
