import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { Refused, wrong } from '../refused';

/** Where the next page of an answer begins. */
export interface PageState {
  /** After which row, as the reader says it. */
  readonly cursor: string;
  /** How many rows the list may still have; undefined where it ends with the last row. */
  readonly left: number | undefined;
}

/** The data version that a request reads, and the keys by which the addresses of pages are signed. */
export interface TokenKeys {
  readonly dataVersionId: string;
  /** Undefined where no such version was ever published. */
  keyOf(dataVersionId: string): Promise<Buffer | undefined>;
}

const SIGNATURE = 18;

/** Signs pages of one question: a token of another question, or of other data, is refused. */
export class PageTokens {
  private readonly question: string;

  constructor(
    question: string,
    private readonly keys: TokenKeys,
  ) {
    this.question = createHash('sha256').update(question).digest('base64url').slice(0, 16);
  }

  async write({ cursor, left }: PageState): Promise<string> {
    const { dataVersionId } = this.keys;
    const key = await this.keys.keyOf(dataVersionId);
    if (!key) throw new Error('The data version that is read has no key.');
    const content = Buffer.from(
      JSON.stringify([dataVersionId, this.question, left ?? null, cursor]),
    );
    return `${content.toString('base64url')}.${signed(content, key).toString('base64url')}`;
  }

  /** Throws Refused: 400 for what `write` did not write for this question, 410 where other data was published. */
  async read(token: string): Promise<PageState> {
    const [, text = '', signature = ''] = /^([\w-]{1,8000})\.([\w-]{24})$/.exec(token) ?? [];
    const content = Buffer.from(text, 'base64url');
    const [version, question, left, cursor] = partsOf(content);
    const key = typeof version === 'string' ? await this.keys.keyOf(version) : undefined;
    const given = Buffer.from(signature, 'base64url');
    const isWhole =
      key && given.length === SIGNATURE && timingSafeEqual(given, signed(content, key));
    if (!isWhole || typeof cursor !== 'string') throw invalid();
    if (version !== this.keys.dataVersionId) {
      throw new Refused(
        410,
        'Newer data was published since this list was begun, and a list is of one data version; expected the list to be read again from its first page.',
        '$skiptoken',
      );
    }
    if (question !== this.question) {
      throw wrong(
        '$skiptoken is of another address; expected @odata.nextLink as it was given.',
        '$skiptoken',
      );
    }
    return { cursor, left: typeof left === 'number' ? left : undefined };
  }
}

function invalid(): Refused {
  return wrong(
    '$skiptoken is none of this service; expected @odata.nextLink as it was given.',
    '$skiptoken',
  );
}

function partsOf(content: Buffer): readonly unknown[] {
  try {
    const parts: unknown = JSON.parse(content.toString('utf8'));
    return Array.isArray(parts) ? parts : [];
  } catch {
    return [];
  }
}

function signed(content: Buffer, key: Buffer): Buffer {
  return createHmac('sha256', key).update(content).digest().subarray(0, SIGNATURE);
}
