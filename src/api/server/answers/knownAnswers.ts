import type { AnswerName } from './answerName';
import { KnownAnswer, type AnswerToKeep } from '../known/knownAnswer';

/** What an entry takes beside its key and its body, about. */
const OVERHEAD = 500;
/** No single answer may push out more than this part of all others. */
const MAX_SHARE_OF_ALL = 1 / 8;

/** Keys of answers that were asked for once: so many, of such a length. */
const MAX_KEYS = 2_000;
const LONGEST_KEY = 4_096;

/** So many that were asked for last are found without their keys. */
const MAX_RECENT = 8;

interface Entry {
  readonly name: AnswerName;
  readonly answer: KnownAnswer;
  bytes: number;
}

/**
 * The answers that are known for one data version, within so many bytes. The longest unasked one makes
 * room for a new one. Whoever learns which version is the newest turns to it, in that order: a request that has been
 * waiting since an older one was the newest turns nothing back.
 */
export class KnownAnswers {
  private readonly entries = new Map<string, Entry>();
  private readonly askedOnce = new Set<string>();
  /** Those at the end of all entries, the last of them first. */
  private recent: readonly Entry[] = [];
  private version: string | undefined;
  private bytes = 0;

  constructor(private readonly maxBytes: number) {}

  /** The bytes that are taken. */
  get size(): number {
    return this.bytes;
  }

  /** Forgets all of another version. */
  turnTo(version: string): void {
    if (version === this.version) return;
    this.version = version;
    this.entries.clear();
    this.askedOnce.clear();
    this.recent = [];
    this.bytes = 0;
  }

  /** Nothing is known of a version but the one that was turned to, and nothing forgotten for who asks of another. */
  find(version: string, name: AnswerName): KnownAnswer | undefined {
    if (version !== this.version) return undefined;
    const entry =
      this.recent.find((recent) => recent.name.isSame(name)) ?? this.entries.get(name.key);
    if (entry && entry !== this.recent[0]) this.putLast(entry);
    return entry?.answer;
  }

  /**
   * Notes that an answer which costs little is asked for; true where it had been before, and is to be kept.
   * Pages that nobody asks for again would push out all others, and take memory that is then to be given back.
   */
  noteAsking({ key }: AnswerName): boolean {
    if (this.askedOnce.delete(key)) return true;
    if (key.length > LONGEST_KEY) return false;
    if (this.askedOnce.size >= MAX_KEYS) this.askedOnce.clear();
    this.askedOnce.add(key);
    return false;
  }

  /** Keeps the answer where it is of the version that was turned to. */
  keep(name: AnswerName, kept: AnswerToKeep): KnownAnswer {
    const answer = new KnownAnswer(kept);
    // The name holds the text of the request beside the key that it is part of.
    const bytes = OVERHEAD + 2 * name.key.length + kept.body.length;
    if (kept.dataVersionId === this.version && bytes <= this.maxBytes * MAX_SHARE_OF_ALL) {
      const before = this.entries.get(name.key);
      if (before) this.forget(before);
      this.putLast({ name, answer, bytes });
      this.grow(bytes);
    }
    return answer;
  }

  /** Counts what an answer has grown by, such as its compressed body. */
  grown({ key }: AnswerName, answer: KnownAnswer, bytes: number): void {
    const entry = this.entries.get(key);
    if (entry?.answer !== answer) return;
    entry.bytes += bytes;
    this.grow(bytes);
  }

  private putLast(entry: Entry): void {
    this.entries.delete(entry.name.key);
    this.entries.set(entry.name.key, entry);
    const others = this.recent.filter((other) => other !== entry);
    this.recent = [entry, ...others.slice(0, MAX_RECENT - 1)];
  }

  private grow(bytes: number): void {
    this.bytes += bytes;
    for (const oldest of this.entries.values()) {
      if (this.bytes <= this.maxBytes) return;
      this.forget(oldest);
    }
  }

  private forget(entry: Entry): void {
    this.bytes -= entry.bytes;
    this.entries.delete(entry.name.key);
    this.recent = this.recent.filter((recent) => recent !== entry);
  }
}
