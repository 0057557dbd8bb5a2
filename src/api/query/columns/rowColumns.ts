import { identifier, joined, sql, type Sql } from '../../../ground/database/sql';
import { hasCertificate } from '../../model/lookup';
import type { Table } from '../../model/mart';
import { CERTIFICATE_PARTS, type CertificatePart } from './certificate';
import { operandNamed } from './loadingTimes';
import { certificateOperand, maskedColumn } from './operand';
import type { OrderTerm } from '../values/order';
import { isRestated, shownByCaller, shownSql } from '../values/shownValue';
import type { Source } from './source';
import type { ValueType } from '../values/value';

/** A row by its GraphQL fields. Those of the key and of the order are always there. */
export type Row = Readonly<Record<string, unknown>>;

/** The columns of a page's statement, and how what comes back becomes rows. */
export interface RowColumns {
  readonly columns: Sql;
  rowOf(raw: Record<string, unknown>): Row;
}

export function rowColumns(
  table: Table,
  fields: readonly string[],
  terms: readonly OrderTerm[],
  source: Source,
): RowColumns {
  const items = new Map<string, Sql>();
  const types = new Map<string, ValueType>();
  const add = (alias: string, type: ValueType, expression: Sql) => {
    items.set(alias, sql`${shownSql(type, expression)} as ${identifier(alias)}`);
    types.set(alias, type);
  };
  for (const term of terms) add(term.alias, term.type, term.expression);
  for (const field of fields) {
    if (items.has(field)) continue;
    const part = certificatePartOf(table, field);
    if (part) {
      const operand = certificateOperand(part);
      add(certificateAlias(part), operand.type, source.expression(operand));
      continue;
    }
    const operand = operandNamed(table, field);
    if (operand) add(field, operand.type, source.expression(operand));
    else add(field, 'Boolean', source.masked(neededColumn(table, field)));
  }

  const restated = [...types].filter(([, type]) => isRestated(type));
  return {
    columns: joined([...items.values()], ', '),
    rowOf(raw) {
      for (const [alias, type] of restated) raw[alias] = shownByCaller(type, raw[alias]);
      return raw;
    },
  };
}

/** Under which name a row has a part of its resolved certificate, which is read as the field `certificate.number`. */
function certificateAlias(part: CertificatePart): string {
  return `certificate_${part}`;
}

function certificatePartOf(table: Table, field: string): CertificatePart | undefined {
  const part = /^certificate\.(\w+)$/.exec(field)?.[1];
  if (part === undefined || !hasCertificate(table)) return undefined;
  return CERTIFICATE.find((known) => known === part);
}

const CERTIFICATE = Object.keys(CERTIFICATE_PARTS) as CertificatePart[];

function neededColumn(table: Table, field: string): string {
  const column = maskedColumn(table, field);
  if (column === undefined) throw new Error(`${table.name} has no field ${field}.`);
  return column;
}
