import type { Knex } from 'knex';
import { joined, rowsOf, sql, type Sql } from '../../ground/database/sql';

/** Which of the waiting records are junk, who says so, and why. */
export interface DiscardWish {
  /** Their ids; all of the reason code where there are none. */
  readonly ids: readonly string[];
  readonly code?: string | undefined;
  readonly by: string;
  readonly why: string;
}

/** The wish cannot be granted. The message is one sentence for the operator. */
export class DiscardRefused extends Error {
  override readonly name = 'DiscardRefused';
}

const MAX_TEXT = 500;

/**
 * Marks waiting records as discarded: they are kept as they came, with who discarded them and why, and wait
 * no more. All of them or, where one does not wait, none. Returns how many. Throws {@link DiscardRefused}.
 */
export async function discardQuarantine(database: Knex, wish: DiscardWish): Promise<number> {
  const by = requireText(wish.by, '--by', 'the name of who discards');
  const why = requireText(wish.why, '--why', 'a sentence that says why');
  const meant = conditionOf(wish);
  return database.transaction(async (transaction) => {
    const discarded = await rowsOf<{ id: string }>(
      transaction,
      sql`update bronze.quarantine
        set discarded_at = now(), discarded_by = ${by}, discarded_why = ${why}
        where replayed_at is null and discarded_at is null and ${meant}
        returning quarantine_id::text as id`,
    );
    const found = new Set(discarded.map(({ id }) => id));
    const absent = wish.ids.filter((id) => !found.has(String(BigInt(id))));
    if (absent.length > 0) {
      throw new DiscardRefused(
        `No record ${absent.join(', ')} waits in quarantine; expected ids that "techorda quarantine list" shows. Nothing was discarded.`,
      );
    }
    return discarded.length;
  });
}

function conditionOf({ ids, code }: DiscardWish): Sql {
  if (ids.length > 0 === (code !== undefined)) {
    throw new DiscardRefused(
      'quarantine discard takes ids, or --code for all that wait for one reason; expected one of the two.',
    );
  }
  const wrong = ids.find((id) => !/^\d{1,18}$/.test(id));
  if (wrong !== undefined) {
    throw new DiscardRefused(
      `The id is "${wrong}"; expected a number that "techorda quarantine list" shows.`,
    );
  }
  if (code !== undefined) return sql`reason_code = ${code}`;
  const numbers = ids.map((id) => sql`${id}::bigint`);
  return sql`quarantine_id in (${joined(numbers, ', ')})`;
}

function requireText(given: string, option: string, expected: string): string {
  const text = given.trim();
  if (text !== '' && text.length <= MAX_TEXT) return text;
  throw new DiscardRefused(
    `${option} has ${String(text.length)} characters; expected ${expected}, in 1 to ${String(MAX_TEXT)}.`,
  );
}
