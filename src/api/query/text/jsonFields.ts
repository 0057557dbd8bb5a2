import type { Table } from '../../model/mart';
import type { CertificatePart } from '../columns/certificate';
import type { PageRequest } from '../pages/page';

/** What of a row is asked for, under the names that it has in the answer. */
export type JsonField = { readonly key: string } & (
  | { readonly of: 'constant'; readonly json: string }
  /** A column, or whether a BIN is masked; `texts` are the values of an enum as columns hold them. */
  | { readonly of: 'value'; readonly field: string; readonly texts?: readonly string[] }
  /** What identifies the row: the type's name and its key. */
  | { readonly of: 'id' }
  | { readonly of: 'certificate'; readonly parts: readonly JsonCertificatePart[] }
  | { readonly of: 'row'; readonly below: JsonBelow }
  | { readonly of: 'page'; readonly below: JsonBelow; readonly page: readonly JsonPageField[] }
);

export type JsonCertificatePart = { readonly key: string } & (
  | { readonly of: 'constant'; readonly json: string }
  | { readonly of: 'part'; readonly part: CertificatePart }
);

/** A linked page is its rows, in one form; what else there may be is asked for another way. */
export type JsonPageField = { readonly key: string } & (
  | { readonly of: 'constant'; readonly json: string }
  | { readonly of: 'nodes' }
  | { readonly of: 'edges'; readonly edge: readonly JsonEdgeField[] }
);

export type JsonEdgeField = { readonly key: string } & (
  | { readonly of: 'constant'; readonly json: string }
  | { readonly of: 'node' }
  | { readonly of: 'cursor' }
);

/** Rows of another table that have the same values as this one in some fields. */
export interface JsonBelow {
  readonly table: Table;
  /** Fields of these rows, each with the field of the row above that it equals. */
  readonly by: readonly { readonly here: string; readonly above: string }[];
  readonly request: PageRequest;
  readonly fields: readonly JsonField[];
}

/** This cannot be read as JSON. */
export class NotAsJson extends Error {
  override readonly name = 'NotAsJson';
}
