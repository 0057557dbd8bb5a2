/** Takes the text that a command prints; lines end with a newline. */
export type Write = (text: string) => void;

/** A count as people read it: 12,345. */
export const count = (value: number) => value.toLocaleString('en-US');
