/** What was planted: it must be found nowhere but where it belongs. */
export interface Canary {
  readonly name: string;
  readonly value: string;
}

/**
 * Finds planted values in a text, in whatever form they may have got there: plain or without regard to
 * letter case, escaped for JSON, a URL or XML, as hex, as base64 of either alphabet at any offset, backwards,
 * and within whatever of the text is base64 itself, such as a cursor.
 */
export class CanaryWatch {
  private readonly forms: readonly { readonly name: string; readonly form: string }[];

  constructor(canaries: readonly Canary[]) {
    this.forms = canaries.flatMap(({ name, value }) =>
      formsOf(value).map(([how, form]) => ({ name: `${name} (${how})`, form })),
    );
  }

  /** The names of what is in the text. */
  findIn(text: string): string[] {
    const folded = [text, ...decodedParts(text)].map((part) => part.toLowerCase());
    const found = this.forms.filter(({ form }) => folded.some((part) => part.includes(form)));
    return [...new Set(found.map(({ name }) => name))];
  }
}

function formsOf(value: string): readonly (readonly [string, string])[] {
  const bytes = Buffer.from(value);
  const escaped = [...value].map((letter) => letter.charCodeAt(0));
  const forms: (readonly [string, string])[] = [
    ['plain', value],
    ['backwards', [...value].reverse().join('')],
    ['hex', bytes.toString('hex')],
    ['percent', encodeURIComponent(value)],
    ['JSON', escaped.map((code) => `\\u${code.toString(16).padStart(4, '0')}`).join('')],
    ['XML', escaped.map((code) => `&#${String(code)};`).join('')],
    ['XML in hex', escaped.map((code) => `&#x${code.toString(16)};`).join('')],
    ['spaced', [...value].join(' ')],
  ];
  for (const offset of [0, 1, 2]) {
    const padded = Buffer.concat([Buffer.alloc(offset), bytes]).toString('base64');
    // The first and the last group hold bits of what stands beside it.
    const whole = padded.slice(offset === 0 ? 0 : 4).replace(/=+$/, '');
    const inner = whole.slice(0, whole.length - (whole.length % 4));
    forms.push(['base64', inner], ['base64url', inner.replaceAll('+', '-').replaceAll('/', '_')]);
  }
  const folded = forms.map(([how, form]) => [form.toLowerCase(), how] as const);
  // Digits are the same in several of them.
  return [...new Map(folded.reverse())].map(([form, how]) => [how, form]);
}

/** What the text has in base64, and what that has in turn. */
function decodedParts(text: string, levels = 2): string[] {
  if (levels === 0) return [];
  const parts = [...text.matchAll(/[A-Za-z0-9_+/-]{16,}={0,2}/g)].map(([part]) =>
    Buffer.from(part, 'base64').toString('utf8'),
  );
  return parts.flatMap((part) => [part, ...decodedParts(part, levels - 1)]);
}
