import { isMart, isOfItems } from '../../model/lookup';
import type { EventTime, Periods, TimeStep } from '../../model/grain';
import { askedDimensions } from '../../model/groupDimensions';
import type { Column, Dimension, Table } from '../../model/mart';
import { maskedField } from '../../model/names';
import { CERTIFICATE_PARTS, type CertificatePart } from './certificate';
import type { LeadingStep } from './timeSteps';
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
  /** It is the year that the row belongs to, or the time of it, or a step of that. */
  readonly ofTime: boolean;
  readonly place:
    | { readonly of: 'column'; readonly column: string }
    | { readonly of: 'bin'; readonly column: string }
    | StepPlace
    /** The first moment of the row's period. */
    | { readonly of: 'periodStart'; readonly periods: Periods }
    | { readonly of: 'certificate'; readonly part: CertificatePart };
}

/** A step of the row's time, or of the time that is a step later. */
export interface StepPlace {
  readonly of: 'step';
  readonly step: TimeStep;
  readonly time: EventTime;
  readonly later?: LeadingStep;
}

const known = new WeakMap<Table, ReadonlyMap<string, Operand>>();

/** The operands of a table by their GraphQL field. */
export function operandsOf(table: Table): ReadonlyMap<string, Operand> {
  const found = known.get(table);
  if (found) return found;
  const operands = new Map<string, Operand>();
  for (const dimension of askedDimensions(table)) {
    operands.set(dimension.field, {
      ...named(dimension),
      // Whatever the model says of the BIN, its pseudonym is looked up, and so can be missing.
      nullable: dimension.nullable || dimension.masked,
      ofItem: dimension.ofItem,
      ofTime: isOfTime(table, dimension),
      place: placeOf(table, dimension),
    });
  }
  if (isMart(table) && table.rows) {
    const ofItem = isOfItems(table);
    for (const measure of table.measures) {
      operands.set(measure.field, {
        ...named(measure),
        nullable: measure.nullable,
        ofItem,
        ofTime: false,
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
    ofTime: false,
    place: { of: 'certificate', part },
  };
}

/** The column of the BIN that a field such as `binMasked` is about. */
export function maskedColumn(table: Table, field: string): string | undefined {
  return table.dimensions.find(
    (dimension) => dimension.masked && maskedField(dimension.field) === field,
  )?.column;
}

/** The same for the time that is a step later; an operand that does not go on with time stays. */
export function aStepLaterOf(operand: Operand, later: LeadingStep): Operand {
  const { place } = operand;
  if (place.of !== 'step') return operand;
  // A weekday recurs in each month: it goes on with days and weeks alone.
  if (place.step === 'WEEKDAY' && later !== 'DAY' && later !== 'WEEK') return operand;
  return { ...operand, place: { ...place, later } };
}

function placeOf(table: Table, { masked, column, step }: Dimension): Operand['place'] {
  if (!step) return { of: masked ? 'bin' : 'column', column };
  const time = isMart(table) ? table.time : undefined;
  if (!time) throw new Error(`${table.name} has no time, of which ${step} is a step.`);
  return { of: 'step', step, time };
}

function isOfTime(table: Table, { column, step }: Dimension): boolean {
  if (step) return true;
  return (
    column === (isMart(table) ? table.time?.column : undefined) ||
    column === table.grain?.periods?.year
  );
}

function named({ field, type, list }: Column): Comparable {
  return { name: field, type, list };
}
