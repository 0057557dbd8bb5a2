import { RIGHTS, type Viewer } from './viewer';

/**
 * Everything of a caller that decides what it sees, and nothing else: the same text exactly where two
 * callers get the same answers, whoever they are. What is kept of an answer is kept under it.
 */
export function visibilityOf(viewer: Viewer): string {
  const found = known.get(viewer);
  if (found !== undefined) return found;
  const visibility = written(viewer);
  known.set(viewer, visibility);
  return visibility;
}

/** A caller is asked for at each of its requests, and remembered between them. */
const known = new WeakMap<Viewer, string>();

function written({ rights, scope, trustedOnly = false }: Viewer): string {
  // A caller that reads BINs finds a company by any of them anyway.
  const seen = RIGHTS.filter(
    (right) => rights.has(right) && !(right === 'bin:lookup' && rights.has('bin:read')),
  );
  const { years = null, companies = null, certificates = null, marts = null } = scope ?? {};
  return JSON.stringify([seen, trustedOnly, years, companies, certificates, marts]);
}
