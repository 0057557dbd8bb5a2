import { Kind, type FieldDefinitionNode, type TypeNode } from 'graphql';
import { columnTypeNames, columnTypesWith, isColumnType } from '../../../ground/types/types';
import { readLabel, type LabelReading } from './readLabel';
import type { TimeStep } from '../grain';
import type { Column, ColumnType, Dimension, Measure } from '../mart';
import { screamingSnake, snakeCase } from '../names';

/** How the columns of one type are read. */
export interface ColumnReading extends LabelReading {
  /** Names of the enums that schema/ defines. */
  readonly enums: ReadonlySet<string>;
  /** The type, for sentences. */
  readonly typeName: string;
}

/** The type of each step of time. */
const STEPS: Readonly<Record<TimeStep, ColumnType>> = {
  YEAR: 'Int',
  QUARTER: 'String',
  MONTH: 'String',
  WEEK: 'String',
  DAY: 'Date',
  WEEKDAY: 'Int',
};

/** A field that bears @dimension. */
export function readDimension(
  node: FieldDefinitionNode,
  reading: ColumnReading,
): Dimension | undefined {
  const said = reading.directives.dimension(node);
  const column = said && readColumn(node, said.column, reading);
  if (!column) return undefined;
  const groupField = said.groupAs ?? column.field;
  const masked = reading.directives.masked(node) !== undefined;
  const where = `${reading.typeName}.${column.field}`;
  if (masked && (column.type !== 'String' || column.list)) {
    reading.complain(`${where} bears @masked; expected a field of type String.`);
  }
  if (!masked && holdsBins(column)) {
    reading.complain(`${where} is a column of BINs, ${column.column}; expected @masked on it.`);
  }
  complainOfPersonalData(column, where, reading);
  if (said.step && (column.type !== STEPS[said.step] || column.list || column.nullable)) {
    reading.complain(`${where} is the step ${said.step}; expected the type ${STEPS[said.step]}!.`);
  }
  return {
    ...column,
    masked,
    groupField,
    groupName: screamingSnake(groupField),
    ofItem: said.ofItem,
    rolledUp: said.rolledUp,
    step: said.step,
  };
}

/** A field that bears @measure. */
export function readMeasure(
  node: FieldDefinitionNode,
  reading: ColumnReading,
): Measure | undefined {
  const said = reading.directives.measure(node);
  const column = said && readColumn(node, said.column, reading);
  if (!column) return undefined;
  const where = `${reading.typeName}.${column.field}`;
  const isCounted = said.kind === 'DISTINCT';
  const types = isCounted ? COUNTED : ADDED;
  if (column.list || !types.includes(column.type)) {
    const expected = types.join(' or ');
    reading.complain(
      `${where} is a ${isCounted ? 'DISTINCT ' : ''}measure; expected the type ${expected}.`,
    );
  }
  if (holdsBins(column) || reading.directives.masked(node)) {
    reading.complain(`${where} is a measure of BINs; expected a count of companies instead.`);
  }
  complainOfPersonalData(column, where, reading);
  const unit = said.unit ?? (column.type === 'Decimal' ? 'KZT' : 'NUMBER');
  return { ...column, kind: said.kind, unit, sources: said.source, combined: said.combined };
}

/** The types of what is added, and of what is counted by its distinct values. */
const ADDED = columnTypesWith('added');
const COUNTED = columnTypesWith('counted');

function holdsBins({ column }: Column): boolean {
  return /(^|_)(bin|tin)$/.test(column);
}

function complainOfPersonalData(
  { column }: Column,
  where: string,
  { complain }: ColumnReading,
): void {
  if (/(^|_)iin$/.test(column)) {
    complain(`${where} is an IIN, which is personal data; expected no such field.`);
  }
}

function readColumn(
  node: FieldDefinitionNode,
  column: string | undefined,
  reading: ColumnReading,
): Column | undefined {
  const field = node.name.value;
  const { name, list, nullable } = shapeOf(node.type);
  const type = columnType(name, reading.enums);
  if (!type) {
    const known = columnTypeNames.join(', ');
    reading.complain(
      `${reading.typeName}.${field} is of type ${name}; expected one of ${known}, or an enum.`,
    );
    return undefined;
  }
  const description = node.description?.value ?? '';
  const label = readLabel(node, `${reading.typeName}.${field}`, reading);
  return { field, column: column ?? snakeCase(field), type, list, nullable, description, label };
}

function columnType(name: string, enums: ReadonlySet<string>): ColumnType | undefined {
  // Another enum is a text to the database; createSchema gives its values their stored form.
  return isColumnType(name) ? name : enums.has(name) ? 'String' : undefined;
}

function shapeOf(type: TypeNode): { name: string; list: boolean; nullable: boolean } {
  if (type.kind === Kind.NON_NULL_TYPE) return { ...shapeOf(type.type), nullable: false };
  if (type.kind === Kind.LIST_TYPE) {
    return { name: shapeOf(type.type).name, list: true, nullable: true };
  }
  return { name: type.name.value, list: false, nullable: true };
}
