import { isMart, isOfItems } from '../../model/lookup';
import type { Column, Table } from '../../model/mart';
import { maskedField } from '../../model/names';
import { CERTIFICATE_PARTS, type CertificatePart } from './certificate';
import type { ValueType } from '../values/value';

/** Something that can be compared with given values. */
export interface Comparable {
  /** As the caller names it, for sentences. */
  readonly name: string;
  readonly type: ValueType;
  readonly list: boolean;
}

/** Something of a row that can be compared, ordered or grouped by. */
export interface Operand extends Comparable {
  readonly nullable: boolean;
  /** It belongs to an item within a report, not to the report. */
  readonly ofItem: boolean;
  readonly place:
    | { readonly of: 'column'; readonly column: string }
    | { readonly of: 'bin'; readonly column: string }
    | { readonly of: 'certificate'; readonly part: CertificatePart };
}

const known = new WeakMap<Table, ReadonlyMap<string, Operand>>();

/** The operands of a table by their GraphQL field. */
export function operandsOf(table: Table): ReadonlyMap<string, Operand> {
  const found = known.get(table);
  if (found) return found;
  const operands = new Map<string, Operand>();
  for (const dimension of table.dimensions) {
    const of = dimension.masked ? 'bin' : 'column';
    operands.set(dimension.field, {
      ...named(dimension),
      // Whatever the model says of the BIN, its pseudonym is looked up, and so can be missing.
      nullable: dimension.nullable || dimension.masked,
      ofItem: dimension.ofItem,
      place: { of, column: dimension.column },
    });
  }
  if (isMart(table)) {
    const ofItem = isOfItems(table);
    for (const measure of table.measures) {
      operands.set(measure.field, {
        ...named(measure),
        nullable: measure.nullable,
        ofItem,
        place: { of: 'column', column: measure.column },
      });
    }
  }
  known.set(table, operands);
  return operands;
}

/** A part of the resolved certificate, which every mart has. */
export function certificateOperand(part: CertificatePart): Operand {
  return {
    name: `certificate.${part}`,
    type: CERTIFICATE_PARTS[part],
    list: false,
    nullable: true,
    ofItem: false,
    place: { of: 'certificate', part },
  };
}

/** The column of the BIN that a field such as `binMasked` is about. */
export function maskedColumn(table: Table, field: string): string | undefined {
  return table.dimensions.find(
    (dimension) => dimension.masked && maskedField(dimension.field) === field,
  )?.column;
}

function named({ field, type, list }: Column): Comparable {
  return { name: field, type, list };
}
