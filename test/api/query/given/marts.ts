import { loadModel } from '../../../../src/api/model/read/loadModel';
import type { Mart, Table } from '../../../../src/api/model/mart';

const model = loadModel();

/** The mart under its root field, as schema/ declares it. */
export function mart(rootField: string): Mart {
  const found = model.marts.find((candidate) => candidate.rootField === rootField);
  if (!found) throw new Error(`schema/ declares no mart ${rootField}.`);
  return found;
}

/** A table that is no mart, under its root field. */
export function entity(rootField: string): Table {
  const found = model.entities.find((candidate) => candidate.rootField === rootField);
  if (!found) throw new Error(`schema/ declares no entity ${rootField}.`);
  return found;
}
