import type { Mart, Model, Table } from './mart';

/** Marts are added up; other tables are only read. */
export function isMart(table: Table): table is Mart {
  return 'measures' in table;
}

/** A table that the code itself names; that it is missing is a mistake in schema/. */
export function entityNamed(model: Model, name: string): Table {
  const found = model.entities.find((entity) => entity.name === name);
  if (!found) throw new Error(`No type ${name} in schema/ bears @entity.`);
  return found;
}
