import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { RecordedNotes } from '../record/ledger';

const compress = promisify(gzip);
/** Of a shorter body, or one that hardly shrinks, what is saved is not worth the unpacking. */
const MIN_BYTES = 1_024;
const MAX_PACKED_SHARE = 0.8;

/** What of an answer is kept; all else that is sent with it differs by request. */
export interface AnswerToKeep extends RecordedNotes {
  readonly body: Buffer;
  readonly contentType: string;
  readonly tag: string;
  /** What each asking costs; beside its look-ups. */
  readonly cost: number;
  readonly dataVersionId: string;
  /** Caches that several callers share may keep it. */
  readonly shared: boolean;
}

/** A body as it goes over the wire, under the tag of just these bytes. */
export interface Variant {
  readonly body: Buffer;
  readonly tag: string;
  readonly encoding?: 'gzip';
}

/** An answer that is given again for as long as its data version is the newest. */
export class KnownAnswer {
  readonly plain: Variant;
  private packed: Variant | undefined;
  private packing: Promise<void> | undefined;

  constructor(readonly kept: AnswerToKeep) {
    this.plain = { body: kept.body, tag: kept.tag };
  }

  /** Both variants, packed or not, as far as they are there. */
  get variants(): readonly Variant[] {
    return this.packed ? [this.plain, this.packed] : [this.plain];
  }

  /**
   * The variant for a caller who takes gzip. It is made when it is first asked for, and sent from then
   * on: `grown` is told of its bytes.
   */
  packedIfWorth(grown: (bytes: number) => void): Variant {
    if (this.packed) return this.packed;
    if (this.kept.body.length >= MIN_BYTES) this.packing ??= this.pack(grown);
    return this.plain;
  }

  private async pack(grown: (bytes: number) => void): Promise<void> {
    const body = await compress(this.kept.body);
    if (body.length > this.kept.body.length * MAX_PACKED_SHARE) return;
    this.packed = { body, tag: this.kept.tag.replace(/"$/, '-gzip"'), encoding: 'gzip' };
    grown(body.length);
  }
}
