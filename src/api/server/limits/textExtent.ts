import type { Beyond, Bounds } from './extent';

const [QUOTE, BACKSLASH, COMMA] = [0x22, 0x5c, 0x2c];
const [OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [0x5b, 0x5d, 0x7b, 0x7d];
const [TAB, LINE_FEED, RETURN, BLANK] = [0x09, 0x0a, 0x0d, 0x20];

/**
 * Which bound the value that a JSON text gives will be beyond, known before it is parsed by one pass over its bytes
 * that ends as soon as a bound is passed. What is no JSON is for the parser to refuse. A name that stands twice in
 * an object counts twice.
 *
 * @param json a JSON text in UTF-8
 */
export function textBeyondBounds(json: Uint8Array, bounds: Bounds): Beyond | undefined {
  let depth = 0;
  let containers = 0;
  let values = 0;
  /** Whether nothing but white space has come since a list or object was opened. */
  let empty = false;
  for (let at = 0; at < json.length; at += 1) {
    const byte = json[at];
    switch (byte) {
      case TAB:
      case LINE_FEED:
      case RETURN:
      case BLANK:
        continue;
      case CLOSE_LIST:
      case CLOSE_OBJECT:
        depth -= 1;
        empty = false;
        continue;
    }
    if (empty || byte === COMMA) {
      empty = false;
      values += 1;
      if (values > bounds.values) return 'values';
    }
    if (byte === QUOTE) {
      at = endOfText(json, at);
    } else if (byte === OPEN_LIST || byte === OPEN_OBJECT) {
      depth += 1;
      if (depth > bounds.depth) return 'depth';
      containers += 1;
      if (containers > bounds.containers) return 'containers';
      empty = true;
    }
  }
  return undefined;
}

/** So many bytes are looked at one by one, as most texts are short; in longer ones a search for the mark is faster. */
const ONE_BY_ONE = 64;

/** Where the quotation mark is that ends the text which begins at `from`; a text without an end takes the rest. */
function endOfText(json: Uint8Array, from: number): number {
  let at = from + 1;
  while (at < json.length) {
    const near = Math.min(at + ONE_BY_ONE, json.length);
    while (at < near && json[at] !== QUOTE) at += json[at] === BACKSLASH ? 2 : 1;
    if (at < near) return at;
    const mark = json.indexOf(QUOTE, at);
    if (mark === -1) return json.length;
    if (!isEscaped(json, at, mark)) return mark;
    at = mark + 1;
  }
  return at;
}

/** Whether the byte stands behind an odd number of backslashes, of which none is before `from`. */
function isEscaped(json: Uint8Array, from: number, at: number): boolean {
  let first = at;
  while (first > from && json[first - 1] === BACKSLASH) first -= 1;
  return (at - first) % 2 === 1;
}
