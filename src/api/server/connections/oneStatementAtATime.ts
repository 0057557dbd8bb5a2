import type { Knex } from 'knex';

type Send = (...given: unknown[]) => Promise<unknown>;

/**
 * Lets the statements of a transaction wait for each other here. The connection would do them one after
 * another anyway, but pg means to refuse a statement that comes while one is under way. The wait is put
 * where knex hands a statement to pg: earlier, it would take a waiting COMMIT for one that came too late.
 */
export function oneStatementAtATime(transaction: Knex.Transaction): Knex.Transaction {
  const client = transaction.client as { _query: Send };
  const send = client._query;
  let last: Promise<unknown> = Promise.resolve();
  client._query = (...given) => {
    const answer = last.then(() => send.apply(client, given));
    last = answer.catch(() => undefined);
    return answer;
  };
  return transaction;
}
