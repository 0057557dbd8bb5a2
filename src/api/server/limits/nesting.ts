/**
 * How deep brackets stand in one another in a GraphQL document, known by one pass over its characters:
 * the parser calls itself for each level, and would run out of stack before it could say why.
 */
export function documentNesting(source: string): number {
  let depth = 0;
  let deepest = 0;
  for (let at = 0; at < source.length; at += 1) {
    switch (source[at]) {
      case '{':
      case '[':
      case '(':
        depth += 1;
        deepest = Math.max(deepest, depth);
        break;
      case '}':
      case ']':
      case ')':
        // A document that closes what it did not open is refused there, whatever follows.
        depth -= 1;
        break;
      case '#':
        at = endOfComment(source, at);
        break;
      case '"':
        at = endOfText(source, at);
        break;
    }
  }
  return deepest;
}

/** The last character of the comment that begins at `from`. */
function endOfComment(source: string, from: number): number {
  let at = from;
  while (at < source.length && source[at] !== '\n' && source[at] !== '\r') at += 1;
  return at;
}

/** The quotation mark that ends the text which begins at `from`; a text without an end takes the rest. */
function endOfText(source: string, from: number): number {
  if (source.startsWith('"""', from)) {
    let end = source.indexOf('"""', from + 3);
    while (end !== -1 && source[end - 1] === '\\') end = source.indexOf('"""', end + 3);
    return end === -1 ? source.length : end + 2;
  }
  let at = from + 1;
  while (at < source.length && source[at] !== '"' && source[at] !== '\n') {
    at += source[at] === '\\' ? 2 : 1;
  }
  return at;
}
