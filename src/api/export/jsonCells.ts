import { BYTE, verbatim, type CellWriting } from '../../ground/types/cell';
import { IS_ESCAPED, JSON_ESCAPES } from '../../ground/types/jsonEscapes';
import type { CopiedColumn } from '../query/pages/copiedRows';
import { jsonText, quoted, unescaped } from './cells';

/** How the cells of a column stand in JSON: as they do in GraphQL's answers. */
export function jsonCell({ form }: CopiedColumn): CellWriting {
  if (form === 'text') return quoted(text);
  if (form === 'list') return jsonText;
  return form.quotedInJson ? quoted(form.write) : form.write;
}

const text: CellWriting = (source, from, to, out, at) => {
  for (let index = from; index < to; index += 1) {
    let byte = source[index] as number;
    if (byte === BYTE.backslash) byte = unescaped(source[(index += 1)] as number);
    const escape = IS_ESCAPED[byte] === 1 ? JSON_ESCAPES[byte] : undefined;
    if (escape) at = verbatim(escape, 0, escape.length, out, at);
    else out[at++] = byte;
  }
  return at;
};
