/** Parts of a request that are texts; one with nothing in it is sent for one that is not given. */
const TEXTS: readonly string[] = ['query', 'documentId', 'operationName'];
/** Parts that are JSON where they stand in an address. */
const JSON_PARTS: readonly string[] = ['variables', 'extensions'];

/** The same request without the parts that are empty texts. */
export function withoutEmptyParts(
  asked: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  if (!TEXTS.some((name) => asked[name] === '')) return asked;
  return Object.fromEntries(
    Object.entries(asked).filter(([name, part]) => part !== '' || !TEXTS.includes(name)),
  );
}

/** The same search of a GET without the parts that are empty, or null in JSON. */
export function searchWithoutEmptyParts(search: URLSearchParams): URLSearchParams {
  const isEmpty = (name: string, part: string) =>
    (part === '' && (TEXTS.includes(name) || JSON_PARTS.includes(name))) ||
    (part.trim() === 'null' && JSON_PARTS.includes(name));
  return new URLSearchParams([...search].filter(([name, part]) => !isEmpty(name, part)));
}
