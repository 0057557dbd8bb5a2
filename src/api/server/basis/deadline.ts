import { DatabaseGone } from './databaseFailure';

/** How long a request waits for the database to begin to answer, in milliseconds. */
export const DATABASE_PATIENCE = 5_000;

/** How long a request waits for a connection that others hold: who has to wait longer had better come back. */
export const POOL_PATIENCE = 1_500;

/** The result of the work, or the error when it takes longer. The work itself goes on. */
export async function within<Result>(
  milliseconds: number,
  work: Promise<Result>,
  late: () => Error = () => new DatabaseGone(),
): Promise<Result> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(late()), milliseconds);
  });
  try {
    return await Promise.race([work, tooLate]);
  } finally {
    clearTimeout(timer);
  }
}
