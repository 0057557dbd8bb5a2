import type { CellWriting } from './cell';

/** A value as it is bound to a statement. */
export type Value = string | number | boolean;

/** SQL in which {} stands for the expression of the value, wherever it is needed. */
export type SqlTemplate = string;

/**
 * All that is known of the values of a type, as plain data: how they are read, compared, selected and written. A
 * type is a file of this folder, and a line in columnTypes.ts.
 */
export interface ScalarType {
  /** What PostgreSQL may call the type of a column (pg_type.typname). */
  readonly columns: readonly string[];
  /** What it calls the type as which values are bound. */
  readonly cast: string;
  /** What a value must be, for sentences. */
  readonly expected: string;
  /** The value as it is bound; undefined where it is none of the type's. */
  read(given: unknown): Value | undefined;
  /** The same for the text of a value in a cursor; absent: as `read`. */
  readText?(text: string): Value | undefined;
  /** The operators that filters have: for equality, for an order too, for parts of a text too. */
  readonly compared: 'equality' | 'order' | 'text';
  /** By which its texts are in order, whatever the database's own collation is. */
  readonly collation?: 'und-x-icu' | 'C';
  /** Values may be added by a measure. */
  readonly added?: true;
  /** Distinct values may be counted by a measure. */
  readonly counted?: true;
  /** How values are selected; absent: as they are. */
  readonly selected?: SqlTemplate;
  /** A selected text as callers see it; absent: as it is. */
  shown?(text: string): string;
  /** Values in an answer that PostgreSQL writes; absent: they have no form there. */
  readonly json?: JsonForm;
  /** Values in files; absent: they are in none. */
  readonly file?: FileForm;
  /** For a scalar that GraphQL does not know by itself. */
  readonly graphql?: ServedScalar;
}

/** How PostgreSQL writes a value, never null, into the JSON of an answer. */
export interface JsonForm {
  readonly text: SqlTemplate;
  /** Whether there are quotation marks: none, around the text, or in it already. */
  readonly quotes: 'none' | 'around' | 'within';
  /** The condition under which a value can be answered; absent: always. */
  readonly sayable?: SqlTemplate;
  /**
   * Values that are often read are sent as they are, and their JSON is made here, in a third of the time: the text
   * is JSON already, needs quotation marks and escapes, or needs quotation marks where it has two decimals.
   */
  readonly sentAs?: 'json' | 'string' | 'decimal';
}

/** How the text that COPY writes of a value stands in a file: escaped as a text, or written as it is told here. */
export type FileForm = 'text' | { readonly write: CellWriting; readonly quotedInJson: boolean };

/** How values come in and go out where GraphQL has a scalar for them. */
export interface ServedScalar {
  /** Its description, where schema/ does not define the scalar itself. */
  readonly description?: string;
  /** What is given by a query, as `read` takes it; absent: as `read`. */
  given?(given: unknown): string | { readonly expected: string };
  /** The value in an answer; undefined where it has no form there, which is a mistake of ours. */
  answered(value: unknown): string | number | undefined;
}
