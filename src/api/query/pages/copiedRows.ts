import { oneOfTexts } from '../../../ground/types/cell';
import type { FileForm } from '../../../ground/types/scalarType';
import { types, type ValueType } from '../../../ground/types/types';
import { joined, sql, type Sql } from '../../../ground/database/sql';
import { hasCertificate, isMart } from '../../model/lookup';
import type { Table } from '../../model/mart';
import { maskedField } from '../../model/names';
import { ID_SEPARATOR, idStart } from '../../model/rowId';
import { BadInput } from '../values/badInput';
import { CERTIFICATE_PARTS, type CertificatePart } from '../columns/certificate';
import type { QueryContext } from '../columns/context';
import { jsonSql } from '../values/jsonValue';
import { certificateOperand, operandsOf, type Operand } from '../columns/operand';
import { orderSql } from '../values/order';
import { planRows, type PageRequest } from './page';
import type { Source } from '../columns/source';

export interface CopiedColumn {
  readonly name: string;
  /** How its cells stand in a file; `list` is JSON already. */
  readonly form: FileForm | 'list';
}

/** The values of the enum that a field of the table has, as its column holds them. */
export type EnumTexts = (table: Table, field: string) => readonly string[] | undefined;

interface CopiedField extends CopiedColumn {
  readonly expression: (source: Source) => Sql;
  /** The column of the BIN that it shows. */
  readonly bin?: string;
  /** It is there where no fields are named. */
  readonly usual: boolean;
}

export interface CopiedRows {
  readonly columns: readonly CopiedColumn[];
  readonly rows: Sql;
  /** One row: how many rows there are, and how many of them show a BIN as it is. */
  readonly counts: Sql;
}

/** All rows of a table that a filter leaves, in order, for COPY. Throws BadInput. */
export function planCopiedRows(
  table: Table,
  request: Pick<PageRequest, 'filter' | 'orderBy'>,
  wanted: readonly string[] | undefined,
  context: QueryContext,
  enumTexts: EnumTexts,
): CopiedRows {
  const { source, condition, terms } = planRows(table, request, context);
  const columns = chosenOf(fieldsOf(table, enumTexts), wanted);
  const clear = columns.flatMap(({ bin }) => (bin === undefined ? [] : [source.clear(bin)]));
  const expressions = columns.map(({ expression }) => expression(source));
  const where = source.where(condition);
  const shown = clear.length === 0 ? sql`false` : joined(clear, ' or ');
  return {
    columns,
    rows: sql`select ${joined(expressions, ', ')} from ${source.from()} ${where} ${orderSql(terms)}`,
    counts: sql`select count(*) as rows, count(*) filter (where ${shown}) as clear from ${source.from()} ${where}`,
  };
}

function chosenOf(
  known: ReadonlyMap<string, CopiedField>,
  wanted: readonly string[] | undefined,
): readonly CopiedField[] {
  if (!wanted) return [...known.values()].filter(({ usual }) => usual);
  const names = wanted.flatMap((name) =>
    name === 'certificate' && known.has('certificate.number') ? CERTIFICATE_NAMES : [name],
  );
  return names.map((name, index) => {
    const field = known.get(name);
    if (!field) {
      const expected = [...known.keys()].join(', ');
      throw new BadInput(`fields names ${JSON.stringify(name)}; expected some of ${expected}.`);
    }
    if (names.indexOf(name) === index) return field;
    throw new BadInput(`fields names ${name} twice; expected each field once.`);
  });
}

const PARTS = Object.keys(CERTIFICATE_PARTS) as CertificatePart[];
const CERTIFICATE_NAMES = PARTS.map((part) => certificateOperand(part).name);

/** The fields of a row that are values, under the names that they have in queries. */
function fieldsOf(table: Table, enumTexts: EnumTexts): ReadonlyMap<string, CopiedField> {
  const fields: CopiedField[] = [idOf(table)];
  for (const operand of operandsOf(table).values()) {
    fields.push(ofOperand(operand, enumTexts(table, operand.name)));
    if (operand.place.of !== 'bin') continue;
    const { column } = operand.place;
    fields.push({
      name: maskedField(operand.name),
      form: formOf('Boolean'),
      expression: (source) => source.masked(column),
      usual: true,
    });
  }
  if (hasCertificate(table)) {
    for (const part of PARTS) {
      fields.push({ ...ofOperand(certificateOperand(part), undefined), usual: isMart(table) });
    }
  }
  return new Map(fields.map((field) => [field.name, field]));
}

function ofOperand(operand: Operand, texts: readonly string[] | undefined): CopiedField {
  const { name, type, list, place, nullable } = operand;
  return {
    name,
    form: texts ? { write: oneOfTexts(texts), quotedInJson: true } : list ? 'list' : formOf(type),
    ...(place.of === 'bin' && { bin: place.column }),
    usual: true,
    expression: (source) => {
      const value = source.expression(operand);
      return list ? listSql(type, value, nullable) : value;
    },
  };
}

function listSql(type: ValueType, value: Sql, nullable: boolean): Sql {
  const list = jsonSql(type, value, { list: true, nullable });
  if (!list) throw new Error(`A list of ${type} has no form as JSON.`);
  return sql`case when ${value} is not null then ${list} end`;
}

/** Throws where values of the type have no form in files. */
function formOf(type: ValueType): FileForm {
  const { file } = types[type];
  if (!file) throw new Error(`Nothing says how a value of the type ${type} is copied.`);
  return file;
}

/** What identifies the row. */
function idOf(table: Table): CopiedField {
  return {
    name: 'id',
    form: 'text',
    usual: false,
    expression: (source) => {
      const parts = table.key.map((field) => {
        const operand = operandsOf(table).get(field);
        if (!operand) throw new Error(`${table.name} has no field ${field}, which its key names.`);
        return source.expression(operand);
      });
      return sql`concat(${idStart(table)}::text, ${joined(parts, `, '${ID_SEPARATOR}', `)})`;
    },
  };
}
