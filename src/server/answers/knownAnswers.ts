import { KnownAnswer, type AnswerToKeep } from './knownAnswer';

/** What an entry takes beside its key and its body, about. */
const OVERHEAD = 500;
/** No single answer may push out more than this part of all others. */
const MOST_OF_ALL = 1 / 8;

/** Keys of answers that were asked for once: so many, of such a length. */
const MOST_KEYS = 2_000;
const LONGEST_KEY = 4_096;

interface Entry {
  readonly answer: KnownAnswer;
  bytes: number;
}

/**
 * The answers that are known for one data version, within so many bytes. The longest unasked one makes
 * room for a new one. As soon as another version is named, all of the old one's are forgotten.
 */
export class KnownAnswers {
  private readonly entries = new Map<string, Entry>();
  private readonly askedOnce = new Set<string>();
  /** The entry that is at the end of all, so that it need not be put there again. */
  private latest: Entry | undefined;
  private version: string | undefined;
  private bytes = 0;

  constructor(private readonly mostBytes: number) {}

  /** The bytes that are taken. */
  get size(): number {
    return this.bytes;
  }

  find(version: string, key: string): KnownAnswer | undefined {
    this.turnTo(version);
    const entry = this.entries.get(key);
    if (!entry) return undefined;
    if (entry !== this.latest) {
      this.entries.delete(key);
      this.entries.set(key, entry);
      this.latest = entry;
    }
    return entry.answer;
  }

  /**
   * Notes that an answer which costs little is asked for; true where it had been before, and is to be kept.
   * Pages that nobody asks for again would push out all others, and take memory that is then to be given back.
   */
  noteAsking(key: string): boolean {
    if (this.askedOnce.delete(key)) return true;
    if (key.length > LONGEST_KEY) return false;
    if (this.askedOnce.size >= MOST_KEYS) this.askedOnce.clear();
    this.askedOnce.add(key);
    return false;
  }

  /** Keeps the answer where it is of the version that is asked for. */
  keep(key: string, kept: AnswerToKeep): KnownAnswer {
    const answer = new KnownAnswer(kept);
    const bytes = OVERHEAD + key.length + kept.body.length;
    if (kept.dataVersionId === this.version && bytes <= this.mostBytes * MOST_OF_ALL) {
      this.forget(key);
      this.latest = { answer, bytes };
      this.entries.set(key, this.latest);
      this.grow(bytes);
    }
    return answer;
  }

  /** Counts what an answer has grown by, such as its compressed body. */
  grown(key: string, answer: KnownAnswer, bytes: number): void {
    const entry = this.entries.get(key);
    if (entry?.answer !== answer) return;
    entry.bytes += bytes;
    this.grow(bytes);
  }

  private turnTo(version: string): void {
    if (version === this.version) return;
    this.version = version;
    this.entries.clear();
    this.askedOnce.clear();
    this.latest = undefined;
    this.bytes = 0;
  }

  private grow(bytes: number): void {
    this.bytes += bytes;
    for (const oldest of this.entries.keys()) {
      if (this.bytes <= this.mostBytes) return;
      this.forget(oldest);
    }
  }

  private forget(key: string): void {
    const entry = this.entries.get(key);
    if (!entry) return;
    if (entry === this.latest) this.latest = undefined;
    this.bytes -= entry.bytes;
    this.entries.delete(key);
  }
}
