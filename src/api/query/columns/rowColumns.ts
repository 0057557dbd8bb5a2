import { identifier, joined, sql, type Sql } from '../../../ground/database/sql';
import { hasCertificate } from '../../model/lookup';
import type { Table } from '../../model/mart';
import { CERTIFICATE_PARTS, type CertificatePart } from './certificate';
import { certificateOperand, operandsOf } from './operand';
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

const CERTIFICATE = Object.keys(CERTIFICATE_PARTS) as CertificatePart[];

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
    if (field === 'certificate' && hasCertificate(table)) {
      for (const part of CERTIFICATE) {
        const operand = certificateOperand(part);
        add(certificateAlias(part), operand.type, source.expression(operand));
      }
      continue;
    }
    const operand = operandsOf(table).get(field);
    if (operand) add(field, operand.type, source.expression(operand));
    else add(field, 'Boolean', source.masked(maskedColumn(table, field)));
  }

  const certificateWanted = fields.includes('certificate');
  const restated = [...types].filter(([, type]) => isRestated(type));
  return {
    columns: joined([...items.values()], ', '),
    rowOf(raw) {
      for (const [alias, type] of restated) raw[alias] = shownByCaller(type, raw[alias]);
      if (certificateWanted) raw['certificate'] = certificateOf(raw);
      return raw;
    },
  };
}

function certificateAlias(part: CertificatePart): string {
  return `certificate_${part}`;
}

/** The column of the BIN for a field such as binMasked. */
function maskedColumn(table: Table, field: string): string {
  for (const { place, name } of operandsOf(table).values()) {
    if (place.of === 'bin' && `${name}Masked` === field) return place.column;
  }
  throw new Error(`${table.name} has no field ${field}.`);
}

/** A row without a number has no certificate. */
function certificateOf(raw: Row): Partial<Record<CertificatePart, unknown>> | null {
  if (raw[certificateAlias('number')] === null) return null;
  return Object.fromEntries(CERTIFICATE.map((part) => [part, raw[certificateAlias(part)]]));
}
