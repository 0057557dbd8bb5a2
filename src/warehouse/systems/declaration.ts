/**
 * How records of a system arrive: as change events of Debezium, as objects of an API that is asked, or as
 * rows of a table that a loader keeps in this database.
 */
export type SystemKind = 'debezium' | 'pulled' | 'landed';

/** What sources/SYSTEM/source.ts declares; the folder's name is the system's. */
export interface SystemDeclaration {
  readonly kind: SystemKind;
  readonly label: { readonly kk: string; readonly ru: string; readonly en: string };
  /**
   * What precedes a table's name in its topics. Absent, of a system of Debezium: any text, since a connector's
   * prefix is a setting of its own; of others: the system's name.
   */
  readonly topicPrefix?: string;
  /** Names in Bronze and Silver do not bear the system, because they are older than other systems. */
  readonly unprefixed?: true;
}

export type KeyType = 'int' | 'bigint' | 'text' | 'uuid';

export interface KeyColumn {
  readonly column: string;
  readonly type: KeyType;
}

/** A column without which a row means nothing: an event that lacks it goes to quarantine. */
export interface RequiredColumn {
  readonly column: string;
  readonly type: 'smallint' | 'int' | 'text';
  /** The only values there are; absent: any. */
  readonly oneOf?: readonly string[];
}

/** What sources/SYSTEM/tables/TABLE.ts declares; the file's name is the table's. */
export interface TableDeclaration {
  /** What identifies a row in the source. */
  readonly key: readonly [KeyColumn, ...KeyColumn[]];
  readonly required: readonly RequiredColumn[];
  /**
   * Texts of any length that Silver reads. PostgreSQL leaves a large value that did not change out of its
   * log; it is then taken from an older event.
   */
  readonly texts: readonly string[];
  /** Columns whose text holds JSON; Silver reads into them. */
  readonly json: readonly string[];
  /** Columns, and keys within JSON, that hold a BIN. */
  readonly bins: readonly string[];
  /** Columns in which personal data stand: they stay in Bronze, or are read with them left out. */
  readonly personal: readonly string[];
}
