import { hasMart, type RowScope } from '../../access/rowScope';
import { isMart } from '../../model/lookup';
import type { Mart, Table } from '../../model/mart';

/** The caller asks for a mart that it is not to see. The message is one sentence for the caller to read. */
export class OutOfScope extends Error {
  override readonly name = 'OutOfScope';

  constructor({ rootField }: Table) {
    super(`The mart ${rootField} is outside of the scope of this credential.`);
  }
}

export function isOutOfScope(scope: RowScope | undefined, table: Table): boolean {
  if (!isMart(table)) return false;
  return !hasMart(scope, table.rootField) || !canConfine(scope, table);
}

/**
 * Whether the scope says which rows of the mart are in it. Certificates belong to reports; events belong to
 * companies, if the mart knows them.
 */
function canConfine(scope: RowScope | undefined, { grain, company }: Mart): boolean {
  if (grain.certificate !== undefined || (!scope?.companies && !scope?.certificates)) return true;
  return scope.companies !== undefined && company !== undefined;
}
