/** What the caller gave cannot be used. The message is one sentence for the caller to read. */
export class BadInput extends Error {
  override readonly name = 'BadInput';
}

/** A value as the caller wrote it, short enough for a sentence. */
export function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}
