import { quoted, wrong } from '../refused';

/** A request's address below the service's root, decoded: no name or value in it is looked at yet. */
export interface Address {
  readonly segments: readonly string[];
  /** By their names: those of OData begin with $. */
  readonly options: ReadonlyMap<string, string>;
}

/**
 * Takes an address apart. Each part is decoded by itself, so that an encoded slash or ampersand parts nothing.
 * A plus stands for a blank, as forms and many programs write it; %2B is a plus. Throws Refused.
 */
export function readAddress(path: string, search: string): Address {
  const segments = path.split('/').filter((segment) => segment !== '');
  const options = new Map<string, string>();
  for (const part of search.replace(/^\?/, '').split('&')) {
    if (part === '') continue;
    const [name = '', ...value] = part.split('=');
    const key = decoded(name, 'The address').trim();
    if (options.has(key) && key.startsWith('$')) {
      throw wrong(`${quoted(key)} is given twice; expected it once.`, key);
    }
    options.set(key, decoded(value.join('='), key === '' ? 'The address' : key));
  }
  return { segments: segments.map((segment) => decodedPath(segment)), options };
}

function decoded(text: string, what: string): string {
  return withoutEncoding(text.replaceAll('+', ' '), what);
}

function decodedPath(text: string): string {
  return withoutEncoding(text, 'The path');
}

function withoutEncoding(text: string, what: string): string {
  let found: string;
  try {
    found = decodeURIComponent(text);
  } catch {
    throw wrong(`${what} has a % that begins no UTF-8; expected %25 for the sign itself.`, what);
  }
  if (/[^\P{Cc}\t\n\r]/u.test(found)) {
    throw wrong(`${what} has a control character; expected text.`, what);
  }
  return found;
}
