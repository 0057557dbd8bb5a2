import type { Right, Viewer } from '../../access/viewer';
import type { Table } from '../../model/mart';
import { isOutOfScope, OutOfScope } from '../../query/columns/outOfScope';
import { answerError } from './errors';

/** The caller, if it has one of `rights`. Throws otherwise. */
export function requireRight(
  { viewer }: { readonly viewer: Viewer | null },
  ...rights: readonly Right[]
): Viewer {
  requireViewer(viewer);
  if (rights.some((right) => viewer.rights.has(right))) return viewer;
  const needed = rights.join(' or ');
  throw answerError('FORBIDDEN', `This needs the right ${needed}, which the caller does not have.`);
}

/** Throws where the table is a mart that the caller is not to see. */
export function requireTable(viewer: Viewer, table: Table): void {
  if (isOutOfScope(viewer.scope, table)) {
    throw answerError('FORBIDDEN', new OutOfScope(table).message);
  }
}

/** Throws where the caller is confined to some rows: it may not learn of those of others. */
export function requireUnconfined({ scope }: Viewer): void {
  if (!scope) return;
  throw answerError('FORBIDDEN', 'This needs a credential that is not confined to some rows.');
}

/** Throws where the caller is anonymous. */
export function requireViewer(viewer: Viewer | null): asserts viewer is Viewer {
  if (viewer) return;
  throw answerError(
    'UNAUTHENTICATED',
    'This needs credentials. Send a key or a token as "Authorization: Bearer …", or a key as "X-Api-Key: …".',
  );
}
