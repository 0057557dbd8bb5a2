import type { Knex } from 'knex';
import { beginSpan, type Span } from './spans';

/** A statement as knex tells of it: the values are apart from the text. */
interface Told {
  readonly __knexQueryUid: string;
  readonly sql: string;
}

const MAX_TEXT = 2_000;

/**
 * A span for each statement of the pool, as a child of whoever sends it: its text, in which values are
 * places to be bound, and never what is bound.
 */
export function traceStatements(database: Knex): void {
  const open = new Map<string, Span>();
  database.on('query', ({ __knexQueryUid: id, sql }: Told) => {
    const verb = /^\s*([a-z]+)/i.exec(sql)?.[1]?.toUpperCase() ?? 'statement';
    const span = beginSpan(verb, {
      'db.system.name': 'postgresql',
      'db.query.text': sql.trim().slice(0, MAX_TEXT),
    });
    open.set(id, span);
  });
  const end = (id: string, error?: unknown) => {
    const span = open.get(id);
    open.delete(id);
    if (error !== undefined) span?.fail(error);
    span?.end();
  };
  database.on('query-response', (_: unknown, { __knexQueryUid: id }: Told) => end(id));
  database.on('query-error', (error: unknown, { __knexQueryUid: id }: Told) => end(id, error));
}
