const NEWLINE = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);

/** A line of a dump. `bytes` is its full size; of an endless one `content` is the beginning alone. */
export interface DumpLine {
  readonly content: Buffer;
  readonly bytes: number;
}

/** Dumps of Windows end their lines by CR LF; a dump, also one of several joined, may begin with a mark. */
function withoutMarks(content: Buffer): Buffer {
  const start = content.subarray(0, 3).equals(BYTE_ORDER_MARK) ? BYTE_ORDER_MARK.length : 0;
  const end = content.at(-1) === CARRIAGE_RETURN ? content.length - 1 : content.length;
  return content.subarray(start, end);
}

/**
 * Cuts a stream into its lines, empty ones left out, a chunk's worth at a time. Of a line longer
 * than `keepBytes` only so much is kept, so that no input can fill the memory.
 */
export async function* linesOf(
  stream: AsyncIterable<Buffer>,
  keepBytes: number,
): AsyncGenerator<DumpLine[]> {
  let rest: Buffer[] = [];
  let restBytes = 0;
  let keptBytes = 0;

  const keep = (part: Buffer) => {
    restBytes += part.length;
    if (keptBytes >= keepBytes || part.length === 0) return;
    const kept = part.subarray(0, keepBytes - keptBytes);
    keptBytes += kept.length;
    rest.push(kept);
  };
  const cut = (): DumpLine => {
    const whole = rest.length === 1 && rest[0] ? rest[0] : Buffer.concat(rest);
    const content = withoutMarks(whole);
    const line = { content, bytes: restBytes - (whole.length - content.length) };
    rest = [];
    restBytes = 0;
    keptBytes = 0;
    return line;
  };

  for await (const chunk of stream) {
    const lines: DumpLine[] = [];
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, start)) {
      keep(chunk.subarray(start, end));
      start = end + 1;
      const line = cut();
      if (line.bytes > 0) lines.push(line);
    }
    // What is carried over is copied: a view would keep the whole chunk in memory.
    if (start < chunk.length) keep(Buffer.from(chunk.subarray(start)));
    if (lines.length > 0) yield lines;
  }
  const last = cut();
  if (last.bytes > 0) yield [last];
}
