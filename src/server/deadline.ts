import { DatabaseGone } from './databaseFailure';

/** How long a request waits for the database to begin to answer, in milliseconds. */
export const DATABASE_PATIENCE = 5_000;

/** How long a request waits for a connection that others hold: who has to wait longer had better come back. */
export const POOL_PATIENCE = 1_500;

/** The result of the work, or {@link DatabaseGone} when it takes longer. The work itself goes on. */
export async function within<Result>(milliseconds: number, work: Promise<Result>): Promise<Result> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new DatabaseGone()), milliseconds);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
