import { hasCertificate } from '../../model/lookup';
import type { Table } from '../../model/mart';
import { BadInput } from '../values/badInput';
import { givenFields, givenList } from '../values/givenObject';
import { loadingTimesOf } from '../columns/loadingTimes';
import { certificateOperand, operandsOf, type Operand } from '../columns/operand';
import { readDirection, readNulls, type OrderTerm } from '../values/order';
import { screamingSnake } from '../../model/names';
import type { Source } from '../columns/source';

/** The resolved certificate's number is selected under a name that no field can have. */
export const CERTIFICATE_NUMBER = 'certificate_number';

/** Reads `orderBy` of a connection. The table's key ends every order, so that none has ties. */
export function readRowOrder(table: Table, given: unknown, source: Source): OrderTerm[] {
  const orderable = orderableOf(table);
  const terms = new Map<string, OrderTerm>();
  const add = (alias: string, operand: Operand, said: Pick<OrderTerm, 'direction' | 'nulls'>) => {
    // A field that was named before has decided already.
    if (terms.has(alias)) return;
    const { type, nullable } = operand;
    terms.set(alias, { alias, expression: source.expression(operand), type, nullable, ...said });
  };

  const items = given === undefined || given === null ? [] : givenList(given, 'orderBy');
  items.forEach((item, index) => {
    const where = `orderBy[${String(index)}]`;
    const { field, direction, nulls } = Object.fromEntries(givenFields(item, where));
    const entry = orderable.get(String(field)) ?? loadingTime(table, String(field));
    if (!entry) {
      const known = [...orderable.keys()].join(', ');
      throw new BadInput(`${where}.field is ${String(field)}; expected one of ${known}.`);
    }
    add(entry.alias, entry.operand, {
      direction: readDirection(direction, `${where}.direction`),
      nulls: readNulls(nulls, `${where}.nulls`),
    });
  });
  for (const field of table.key) {
    const operand = operandsOf(table).get(field);
    if (!operand) throw new Error(`${table.name} has no field ${field}, which its key names.`);
    add(field, operand, { direction: 'ASC', nulls: 'LAST' });
  }
  return [...terms.values()];
}

interface Orderable {
  readonly alias: string;
  readonly operand: Operand;
}

const orderables = new WeakMap<Table, ReadonlyMap<string, Orderable>>();

function loadingTime(table: Table, name: string): Orderable | undefined {
  const operand = loadingTimesOf(table).find((each) => screamingSnake(each.name) === name);
  return operand && { alias: operand.name, operand };
}

/** What rows can be ordered by, under the names of `…OrderField`. Lists have no order. */
function orderableOf(table: Table): ReadonlyMap<string, Orderable> {
  const found = orderables.get(table);
  if (found) return found;
  const orderable = new Map<string, Orderable>();
  for (const [field, operand] of operandsOf(table)) {
    if (!operand.list) orderable.set(screamingSnake(field), { alias: field, operand });
  }
  if (hasCertificate(table)) {
    orderable.set('CERTIFICATE', {
      alias: CERTIFICATE_NUMBER,
      operand: certificateOperand('number'),
    });
  }
  orderables.set(table, orderable);
  return orderable;
}
