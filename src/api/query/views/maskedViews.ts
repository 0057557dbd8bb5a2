import { binMasked, binSeenBy, type BinPlace } from '../../access/bins/bin';
import type { BinMask } from '../../access/bins/binMask';
import type { Viewer } from '../../access/viewer';
import { CHANGED_AT } from '../../../ground/database/changedAt';
import { bareName, identifier, joined, nothing, sql, type Sql } from '../../../ground/database/sql';
import type { CompanyLink } from '../../model/grain';
import type { ServedModel } from '../../model/read/loadModel';
import { entityNamed, hasCertificate, isMart, servesRows } from '../../model/lookup';
import type { Model, Table } from '../../model/mart';
import { snakeCase } from '../../model/names';
import { isEnumField } from '../../model/storedText';
import { CERTIFICATE_PARTS, type CertificatePart } from '../columns/certificate';
import { operandsOf } from '../columns/operand';
import { quoted, referenceViews, type ReferenceView } from './referenceViews';
import { Source } from '../columns/source';
import { certificateColumn, columnComments, commentOf } from './viewComments';

/** The schema of the views; its name stands in sql/roles.sql too. */
const SCHEMA = 'gold_masked';

/** Who looks through a view: nobody in particular, with no right. */
const ANALYST: Viewer = { keyId: 'analyst', name: 'analyst', rights: new Set() };

/**
 * The statements that make a view of each table of the model, as who may not read BINs sees it: by the
 * API's own expressions, under the names of its fields in snake_case, values of enums as the API writes them.
 * Mart rows have their resolved certificate and what the register says of their company beside them. Views of
 * what stands in them come with them, and comments on all.
 */
export function maskedViews(model: ServedModel, binMask: BinMask): readonly string[] {
  const tables = new Map<string, Table>();
  // Reports share a table with a mart, which says more.
  const shown = [...model.entities, ...model.marts].filter(servesRows);
  for (const table of shown) tables.set(table.table, table);
  const company = entityNamed(model, 'Company');
  return [
    ...[...tables.values()].flatMap((table) => {
      const [, name = ''] = table.table.split('.');
      return viewStatements({
        name: isMart(table) ? name : snakeCase(table.rootField),
        select: literal(viewOf(table, model, binMask)),
        comment: commentOf(table.label, table.description),
        columns: columnComments(table, model, company),
      });
    }),
    ...referenceViews(model).flatMap(viewStatements),
  ].map((statement) => statement.replaceAll('?', '\\?'));
}

/** The view, and its comments for the tools that show them. */
function viewStatements({ name, select, comment, columns }: ReferenceView): string[] {
  const view = identifier(`${SCHEMA}.${name}`).text;
  return [
    `create view ${view} with (security_barrier = true) as ${select}`,
    `comment on view ${view} is ${quoted(comment)}`,
    ...[...columns].map(
      ([column, text]) => `comment on column ${view}.${identifier(column).text} is ${quoted(text)}`,
    ),
  ];
}

function viewOf(table: Table, model: ServedModel, binMask: BinMask): Sql {
  const source = new Source(table, { viewer: ANALYST, binMask });
  const items: Sql[] = [];
  const add = (expression: Sql, name: string) =>
    void items.push(sql`${expression} as ${identifier(name)}`);
  for (const [field, operand] of operandsOf(table)) {
    const expression = source.expression(operand);
    // A column holds the value of an enum in lower case.
    const spelt = isEnumField(model.schema, table.name, field)
      ? sql`upper(${expression})`
      : expression;
    add(spelt, snakeCase(field));
    const { place } = operand;
    if (place.of === 'bin') add(source.masked(place.column), `${snakeCase(field)}_masked`);
  }
  let register = nothing;
  if (isMart(table)) {
    const parts = hasCertificate(table) ? Object.keys(CERTIFICATE_PARTS) : [];
    for (const part of parts as CertificatePart[]) {
      add(source.certificate(part), certificateColumn(part));
    }
    add(identifier(`m.${CHANGED_AT}`), CHANGED_AT);
    if (table.company?.by === 'id') register = registerOf(model, binMask, table.company, add);
  }
  return sql`select ${joined(items, ', ')} from ${source.from()}${register}`;
}

/** The columns of the company of a row, and the join that they need. */
function registerOf(
  model: Model,
  binMask: BinMask,
  company: CompanyLink,
  add: (expression: Sql, name: string) => void,
): Sql {
  const companies = entityNamed(model, 'Company');
  for (const { column, field, masked } of companies.dimensions) {
    const name = `register_${snakeCase(field)}`;
    const place: BinPlace = { alias: 'c', column };
    if (field === companies.key[0]) continue;
    if (!masked) add(identifier(`c.${column}`), name);
    else {
      add(binSeenBy(ANALYST, binMask, place), name);
      add(binMasked(ANALYST, binMask, place), `${name}_masked`);
    }
  }
  return sql` left join ${identifier(companies.table)} as c on c.company_id = m.${bareName(company.column)}`;
}

/** A view binds nothing: its values stand in its text, and those are whole numbers. */
function literal({ text, values }: Sql): string {
  let index = 0;
  return text.replaceAll('?', () => {
    const value = values[index];
    index += 1;
    if (typeof value !== 'number' || !Number.isInteger(value)) {
      throw new Error(`A view cannot hold ${JSON.stringify(value)}; expected a whole number.`);
    }
    return String(value);
  });
}
