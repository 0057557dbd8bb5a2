import { columnsOf } from '../aggregates';
import { hasCertificate } from '../lookup';
import type { Column, Link, Table } from '../mart';
import { block, member } from './sdlText';

/** `FinancingFilter`: conditions on every column, and the ways to join them. */
export function deriveFilter(table: Table, typeOf: (column: Column) => string): string {
  const { name } = table;
  const columns = columnsOf(table).map((column) =>
    member(
      `${column.field}: ${typeOf(column)}${column.list ? 'List' : ''}Filter`,
      column.description,
    ),
  );
  const certificate = hasCertificate(table)
    ? [member('certificate: CertificateFilter', 'The resolved certificate.')]
    : [];
  const links = filteredLinks(table).map(({ field, to }) =>
    member(`${field}: ${to.name}LinkFilter`, `By the rows of ${field} that belong to it.`),
  );
  return block(
    `input ${name}Filter`,
    `Which rows of ${table.rootField}: all conditions that are given hold. An empty one matches every row.`,
    [
      ...columns,
      ...certificate,
      ...links,
      member(`and: [${name}Filter!]`, 'All of these hold.'),
      member(`or: [${name}Filter!]`, 'At least one of these holds.'),
      member(`not: ${name}Filter`, 'The exact complement: also rows without a value match it.'),
    ],
  );
}

/** The links that rows can be filtered by: those to many rows, by one column. */
function filteredLinks({ links }: Table): readonly Link[] {
  return links.filter(({ one, by }) => !one && by.length === 1);
}

/** `FinancingLinkFilter`, of each table that others are filtered by. */
export function deriveLinkFilters(tables: readonly Table[]): string[] {
  const linked = new Set(tables.flatMap(filteredLinks).map(({ to }) => to));
  return [...linked].map(({ name }) =>
    block(`input ${name}LinkFilter`, 'Whether there are such rows: all that are given hold.', [
      member(`some: ${name}Filter`, 'At least one of the rows matches.'),
      member(`none: ${name}Filter`, 'None of the rows matches; also where there is no row.'),
    ]),
  );
}
