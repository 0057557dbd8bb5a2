import { hasMart, type RowScope } from '../../access/rowScope';
import { isMart } from '../../model/lookup';
import type { Table } from '../../model/mart';

/** The caller asks for a mart that it is not to see. The message is one sentence for the caller to read. */
export class OutOfScope extends Error {
  override readonly name = 'OutOfScope';

  constructor({ rootField }: Table) {
    super(`The mart ${rootField} is outside of the scope of this credential.`);
  }
}

export function isOutOfScope(scope: RowScope | undefined, table: Table): boolean {
  return isMart(table) && !hasMart(scope, table.rootField);
}
