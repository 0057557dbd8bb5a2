import { isMart } from '../lookup';
import type { Column, Table } from '../mart';
import { block, member } from './sdlText';

/** `FinancingFilter`: conditions on every column, and the ways to join them. */
export function deriveFilter(table: Table, typeOf: (column: Column) => string): string {
  const { name } = table;
  const measures = isMart(table) ? table.measures : [];
  const columns = [...table.dimensions, ...measures].map((column) =>
    member(
      `${column.field}: ${typeOf(column)}${column.list ? 'List' : ''}Filter`,
      column.description,
    ),
  );
  const certificate = table.ofReports
    ? [member('certificate: CertificateFilter', 'The resolved certificate.')]
    : [];
  return block(
    `input ${name}Filter`,
    `Which rows of ${table.rootField}: all conditions that are given hold. An empty one matches every row.`,
    [
      ...columns,
      ...certificate,
      member(`and: [${name}Filter!]`, 'All of these hold.'),
      member(`or: [${name}Filter!]`, 'At least one of these holds.'),
      member(`not: ${name}Filter`, 'The exact complement: also rows without a value match it.'),
    ],
  );
}
