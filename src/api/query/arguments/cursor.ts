import { createHash } from 'node:crypto';
import { BadInput } from '../values/badInput';
import type { OrderTerm, OrderValues } from '../values/order';
import { readText, type Value } from '../values/value';

export interface ReadCursor {
  readonly values: OrderValues;
  /** It was written when other data was published. */
  readonly ofOtherVersion: boolean;
}

/**
 * A cursor says where in an order a row stands: the data version that it was read from, the order
 * that it belongs to, and the order's values as texts. They are what the caller saw, so a cursor
 * tells nobody more than the row did. It stays good when newer data are published.
 */
export class CursorForm {
  private orderHash: string | undefined;

  constructor(
    private readonly terms: readonly OrderTerm[],
    /** What the rows are; a cursor of other rows, or of another order, is refused. */
    private readonly rows: string,
    private readonly dataVersionId: string,
  ) {}

  /** The order, as cursors bear it. Most pages are read without any. */
  get order(): string {
    if (this.orderHash !== undefined) return this.orderHash;
    const said = this.terms.map(({ alias, direction, nulls }) => [alias, direction, nulls]);
    const text = JSON.stringify([this.rows, said]);
    return (this.orderHash = createHash('sha256').update(text).digest('base64url').slice(0, 8));
  }

  write(values: readonly unknown[]): string {
    const texts = values.map((value) => (value === null ? null : String(value)));
    const text = JSON.stringify([this.dataVersionId, this.order, texts]);
    return Buffer.from(text).toString('base64url');
  }

  /** Throws BadInput for all that `write` cannot have written for this order. */
  read(given: unknown, where: string): ReadCursor {
    const content = decoded(given);
    if (!Array.isArray(content) || content.length !== 3 || !isVersion(content[0])) {
      throw new BadInput(`${where} is not a cursor; expected one that an answer gave.`);
    }
    const [version, order, texts]: unknown[] = content;
    if (order !== this.order || !Array.isArray(texts) || texts.length !== this.terms.length) {
      throw new BadInput(
        `${where} is a cursor of another list or another order; expected one of the same field with the same orderBy.`,
      );
    }
    const values = this.terms.map((term, index) => {
      const value = orderValue(term, texts[index]);
      if (value !== undefined) return value;
      throw new BadInput(`${where} is a damaged cursor; expected one as an answer gave it.`);
    });
    return { values, ofOtherVersion: version !== this.dataVersionId };
  }
}

function orderValue(term: OrderTerm, text: unknown): Value | null | undefined {
  if (text === null) return term.nullable ? null : undefined;
  return typeof text === 'string' ? readText(term.type, text) : undefined;
}

function isVersion(value: unknown): boolean {
  return typeof value === 'string' && value.length <= 20;
}

function decoded(given: unknown): unknown {
  if (typeof given !== 'string' || !/^[A-Za-z0-9_-]+$/.test(given)) return undefined;
  try {
    return JSON.parse(Buffer.from(given, 'base64url').toString('utf8'));
  } catch {
    return undefined;
  }
}
