import type { Viewer } from '../../access/viewer';
import type { Failure } from '../basis/failure';
import { sentences } from '../basis/sentences';
import { withoutEmptyParts } from './emptyParts';
import { documentHash, type TrustedDocument, type TrustedDocuments } from './trustedDocuments';

/** What a request asks for, once it is known which document it means. */
export type AskedDocument =
  | { readonly kind: 'own'; readonly asked: unknown }
  | { readonly kind: 'trusted'; readonly asked: Readonly<Record<string, unknown>> }
  | { readonly kind: 'refused'; readonly status: number; readonly failure: Failure };

/**
 * Puts a trusted document in the place of what names it: `documentId`, as GraphQL over HTTP has it for
 * persisted documents, or the hash of an automatic persisted query. Who is for trusted documents alone is
 * refused all else, their own text included only if it is that of a trusted one.
 */
export function askedDocument(
  given: unknown,
  viewer: Viewer | null,
  documents: TrustedDocuments,
): AskedDocument {
  const asked = isObject(given) ? withoutEmptyParts(given) : given;
  const fields = isObject(asked) ? asked : {};
  const { documentId, query } = fields;
  if (!isAbsent(documentId)) {
    if (!isAbsent(query)) return refused(400, 'BAD_REQUEST', sentences.documentTwice);
    const document = typeof documentId === 'string' ? documents.get(documentId) : undefined;
    if (!document) return refused(404, 'NOT_FOUND', sentences.noSuchDocument);
    return { kind: 'trusted', asked: inPlace(fields, document) };
  }
  const persisted = persistedIn(fields);
  if (persisted === 'wrong') return refused(400, 'BAD_USER_INPUT', sentences.persistedQueryWrong);
  const hash = typeof query === 'string' ? documentHash(query) : persisted;
  if (persisted !== undefined && persisted !== hash) {
    return refused(400, 'BAD_USER_INPUT', sentences.persistedQueryOther);
  }
  const document = hash === undefined ? undefined : documents.get(hash);
  if (document) return { kind: 'trusted', asked: inPlace(fields, document) };
  if (viewer?.trustedOnly) return refused(403, 'FORBIDDEN', sentences.trustedOnly);
  return { kind: 'own', asked };
}

/** The same request as the search of a GET. */
export function searchOf(asked: Readonly<Record<string, unknown>>): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(asked)) {
    search.set(name, typeof value === 'string' ? value : JSON.stringify(value));
  }
  return `?${search.toString()}`;
}

function inPlace(
  { operationName, variables, extensions }: Readonly<Record<string, unknown>>,
  document: TrustedDocument,
): Readonly<Record<string, unknown>> {
  // A name that the caller gives says which of the document's operations it means.
  const name = isAbsent(operationName) ? document.operationName : operationName;
  return {
    query: document.text,
    ...(name !== undefined && { operationName: name }),
    ...(!isAbsent(variables) && { variables }),
    ...(!isAbsent(extensions) && { extensions: withoutPersistedQuery(extensions) }),
  };
}

function withoutPersistedQuery(extensions: unknown): unknown {
  if (!isObject(extensions)) return extensions;
  return Object.fromEntries(
    Object.entries(extensions).filter(([name]) => name !== 'persistedQuery'),
  );
}

/** What an automatic persisted query goes by; Apollo would take a wrong one for a failure of the server. */
function persistedIn({
  extensions,
}: Readonly<Record<string, unknown>>): `sha256:${string}` | 'wrong' | undefined {
  const persisted = isObject(extensions) ? extensions['persistedQuery'] : undefined;
  if (isAbsent(persisted)) return undefined;
  if (!isObject(persisted) || persisted['version'] !== 1) return 'wrong';
  const { sha256Hash: hash } = persisted;
  return typeof hash === 'string' && /^[\da-f]{64}$/.test(hash) ? `sha256:${hash}` : 'wrong';
}

function refused(status: number, code: string, sentence: string): AskedDocument {
  return { kind: 'refused', status, failure: { code, sentence } };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isAbsent(value: unknown): value is null | undefined {
  return value === null || value === undefined;
}
