/** Takes the text that a command prints; lines end with a newline. */
export type Write = (text: string) => void;

/** A count as people read it: 12,345. */
export const count = (value: number) => value.toLocaleString('en-US');

/** What steers a terminal, or turns the direction of what is read, shown as its escape. Lines and tabs stay. */
const STEERING = /(?![\n\t])[\p{Cc}\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu;

/** Texts of others that a command prints: names, reasons, whatever a token says of its holder. */
export function printable(text: string): string {
  return text.replace(STEERING, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** A text of somebody within a line of its own meaning: it begins no other. */
export function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ');
}
