/** The body of a request, in bytes. */
export const MAX_BODY_BYTES = 1024 * 1024;

/** A message of a WebSocket, in bytes. */
export const MAX_MESSAGE_BYTES = 64 * 1024;

/** What a request may cost by its document, known before it runs: about five seconds of work. */
export const MAX_COST = 5_000_000;

/** Values of one answer, counted while it is made: so many take some 50 MB; 1,000 rows of 20 fields are 20,000. */
export const MAX_VALUES = 500_000;
