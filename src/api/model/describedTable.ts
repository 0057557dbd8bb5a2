import type { Label } from './label';
import type { MeasureKind } from './grain';
import type { EnumValue, MeasureUnit, SourceCombination, Table } from './mart';

/** A table as its clients meet it. */
export interface DescribedTable {
  readonly table: Table;
  /** The root field of its groups; undefined where rows are not added up. */
  readonly groups: string | undefined;
  readonly fields: readonly DescribedField[];
}

/** A column, or a field of the resolved certificate. */
export interface DescribedField {
  /** As in a selection and in a filter; dots lead into objects. */
  readonly name: string;
  readonly label: Label;
  readonly description: string;
  /** As GraphQL writes it. */
  readonly type: string;
  readonly nullable: boolean;
  readonly masked: boolean;
  /** Undefined for what is no measure. */
  readonly measure: DescribedMeasure | undefined;
  readonly filterOperators: readonly string[];
  /** Its value in `…OrderField`; undefined where rows cannot be ordered by it. */
  readonly orderBy: string | undefined;
  /** Its value in `…Dimension`, and its field in a group's key. */
  readonly group: { readonly by: string; readonly key: string } | undefined;
  /** What it can be; undefined for what is no enum. */
  readonly values: readonly EnumValue[] | undefined;
}

export interface DescribedMeasure {
  readonly kind: MeasureKind;
  /** How its total is formed, in a sentence. */
  readonly kindExplanation: Label | undefined;
  readonly unit: MeasureUnit;
  readonly unitLabel: Label | undefined;
  /** The keys of the report's `data`. */
  readonly sources: readonly string[];
  /** How several sources make one value; undefined for a single one. */
  readonly combined: SourceCombination | undefined;
}
