import type { ColumnType } from '../../ground/types/types';
import type { CompanyLink, DefectSource, EventTime, Grain, MeasureKind, TimeStep } from './grain';
import type { Label } from './label';

/** The semantic model as plain data. It is read from the SDL in schema/ and knows no SQL. */

/** What a measure counts: tenge, persons, or what its name says. */
export type MeasureUnit = 'KZT' | 'PERSONS' | 'NUMBER';

/** How several keys of a report's data make one value. */
export type SourceCombination = 'FIRST_GIVEN' | 'SUM';

/** GraphQL types that a column may have. Texts of an enum are stored in lower case. */
export type { ColumnType };

/** A column that is served under a name. */
export interface Column {
  /** The GraphQL field, camelCase. */
  readonly field: string;
  /** The database column, snake_case. */
  readonly column: string;
  readonly type: ColumnType;
  /** An array of `type`. */
  readonly list: boolean;
  readonly nullable: boolean;
  readonly description: string;
  readonly label: Label;
}

export interface Dimension extends Column {
  /** A BIN: what is seen of it is for the caller's rights to decide, in filters and orders too. */
  readonly masked: boolean;
  /** The field of a group's key; it differs from `field` for a list, whose elements are the keys. */
  readonly groupField: string;
  /** The dimension's value in `…Dimension`, SCREAMING_SNAKE of `groupField`. */
  readonly groupName: string;
  /** It describes an item within a report, not the report: FLOW totals judge reports without it. */
  readonly ofItem: boolean;
  /** Totals per value of this dimension are precomputed. */
  readonly rolledUp: boolean;
  /** A step of the mart's time, whose column it then names: the table has no column for it. */
  readonly step: TimeStep | undefined;
}

export interface Measure extends Column {
  readonly kind: MeasureKind;
  readonly unit: MeasureUnit;
  /** The keys of the report's `data` that it comes from. */
  readonly sources: readonly string[];
  readonly combined: SourceCombination;
}

/** A table whose rows can be filtered, ordered and paged. */
export interface Table {
  /** The GraphQL object type, e.g. Financing. */
  readonly name: string;
  /** The root field of its connection, e.g. financing. */
  readonly rootField: string;
  /** Schema-qualified, e.g. gold.financing. */
  readonly table: string;
  /** Fields that identify a row and end every order. */
  readonly key: readonly string[];
  readonly dimensions: readonly Dimension[];
  /** What a row is; undefined for a table that has no rules beyond its own columns. */
  readonly grain: Grain | undefined;
  /** Where the defects of its rows are. */
  readonly defects: DefectSource | undefined;
  /** The ways to rows of other tables. */
  readonly links: readonly Link[];
  readonly description: string;
  readonly label: Label;
}

/** A way from a row to the rows of another table that have the same values in some fields. */
export interface Link {
  /** The field of the row's type. */
  readonly field: string;
  readonly to: Table;
  /** The fields that must be equal, under the same names on both sides. */
  readonly by: readonly string[];
  /** There is one such row at most: the field is that row, not a connection. */
  readonly one: boolean;
}

/** One Gold mart: a table with measures. */
export interface Mart extends Table {
  readonly grain: Grain;
  readonly measures: readonly Measure[];
  /** The column of whom or what a row is about. */
  readonly subject: string;
  readonly company: CompanyLink | undefined;
  /** The time of its rows, where its grain stands in time. */
  readonly time: EventTime | undefined;
  /** Its rows are served; else only their groups. */
  readonly rows: boolean;
  /** A group of fewer subjects is withheld from every caller; 0: none is. */
  readonly minGroup: number;
  /**
   * The mart that has exactly one row a signed report, by which FLOW totals judge whether quarterly
   * reports exist: itself, except for a mart of items.
   */
  readonly reportTable: string;
}

/** A value of an enum, as readers see it. */
export interface EnumValue {
  /** As it stands in queries and answers. */
  readonly value: string;
  readonly description: string;
  readonly label: Label;
  /** What it means, in a sentence; only where the name does not tell it. */
  readonly explanation: Label | undefined;
}

/** A field of the resolved certificate. */
export interface CertificateField {
  readonly field: string;
  readonly description: string;
  readonly label: Label;
}

export interface Model {
  readonly grains: readonly Grain[];
  readonly marts: readonly Mart[];
  /** Tables that are served but are no marts: companies, participants. */
  readonly entities: readonly Table[];
  /** What is known of a row's resolved certificate. */
  readonly certificate: readonly CertificateField[];
  /** Enums whose values people see, by name. */
  readonly enums: ReadonlyMap<string, readonly EnumValue[]>;
}
