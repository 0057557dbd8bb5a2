import { z } from 'zod';

/**
 * A backup is gzipped text: a line of JSON about the whole, then for each table a line of JSON and its rows as COPY
 * writes them, to the line `\.`, and at last a line of JSON that says what there must have been. What lacks its
 * last line is no backup.
 */
export const FORMAT = 1;

export const END_OF_ROWS = Buffer.from('\\.\n');

export const header = z.object({
  techordaBackup: z.literal(FORMAT),
  /** The release that wrote it. */
  product: z.string(),
  madeAt: z.string(),
  /** The version of PostgreSQL that it was read from. */
  postgres: z.string(),
  /** The migrations that made its tables, in their order. */
  migrations: z.array(z.string()),
});
export type Header = z.infer<typeof header>;

export const tableLine = z.object({ table: z.string(), columns: z.array(z.string()) });

export const lastLine = z.object({
  end: z.object({
    rows: z.record(z.string(), z.number()),
    sequences: z.array(
      z.object({
        table: z.string(),
        column: z.string(),
        last: z.string().regex(/^-?\d+$/),
        given: z.boolean(),
      }),
    ),
  }),
});
