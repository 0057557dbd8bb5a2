/** What JSON.stringify writes in place of a byte of a text in UTF-8; undefined where it is the byte itself. */
export const JSON_ESCAPES: readonly (Buffer | undefined)[] = Array.from(
  { length: 256 },
  (_, byte) => {
    // Above the backslash there is none: those bytes are letters, or parts of letters.
    const json = byte > 0x5c ? '' : JSON.stringify(String.fromCharCode(byte)).slice(1, -1);
    return json.length > 1 ? Buffer.from(json) : undefined;
  },
);

/** Of each byte whether it is escaped: a number is looked up sooner than an object. */
export const IS_ESCAPED = Uint8Array.from(JSON_ESCAPES, (escape) => (escape ? 1 : 0));
