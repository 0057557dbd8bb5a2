import type { CompanyLink } from './grain';
import type { Mart, Model, Table } from './mart';

/** Marts are added up; other tables are only read. */
export function isMart(table: Table): table is Mart {
  return 'measures' in table;
}

/** Its rows have a certificate that is resolved. */
export function hasCertificate({ grain }: Table): boolean {
  return grain?.certificate !== undefined;
}

/** The column of the year by which BINs of its rows are masked; undefined where all are. */
export function yearOfMask({ grain }: Table): string | undefined {
  return grain?.maskedByYear === true ? grain.periods?.year : undefined;
}

/** How its rows lead to a company; undefined where they do not, or no grain says so. */
export function companyLinkOf(table: Table): CompanyLink | undefined {
  return isMart(table) ? table.company : table.grain?.company;
}

/** Rows of it are served, and not only their groups. */
export function servesRows(table: Table): boolean {
  return !isMart(table) || table.rows;
}

/** Rows of the mart are items of what its grain has a row for. */
export function isOfItems({ table, reportTable }: Mart): boolean {
  return table !== reportTable;
}

/** A table that the code itself names; that it is missing is a mistake in schema/. */
export function entityNamed(model: Model, name: string): Table {
  const found = model.entities.find((entity) => entity.name === name);
  if (!found) throw new Error(`No type ${name} in schema/ bears @entity.`);
  return found;
}
