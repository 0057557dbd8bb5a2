/** Why an event cannot be read, for machines (counts, metrics). */
export type UnreadableCode =
  | 'NOT_UTF8'
  | 'TOO_LARGE'
  | 'NOT_JSON'
  | 'NOT_A_RECORD'
  | 'NOT_DECODED'
  | 'UNKNOWN_TABLE'
  | 'UNKNOWN_FORM'
  | 'UNKNOWN_OP'
  | 'NO_KEY'
  | 'KEY_MISMATCH'
  | 'NO_ROW'
  | 'MISSING_COLUMN'
  | 'BAD_COLUMN'
  | 'BAD_POSITION'
  | 'NOT_STORABLE'
  | 'CHANGED_COORDINATE';

/** An event that goes to quarantine. The sentence names no value of the record: it may be personal. */
export class Unreadable extends Error {
  override readonly name = 'Unreadable';

  constructor(
    readonly code: UnreadableCode,
    sentence: string,
  ) {
    super(sentence);
  }
}
