/** A definition's text: what it is, its description and its fields, each a line or more. */
export function block(head: string, description: string, members: readonly string[]): string {
  const lines = members.flatMap((member) => member.split('\n').map((line) => `  ${line}`));
  return `${described(description)}${head} {\n${lines.join('\n')}\n}\n`;
}

/** A field or an enum's value, with its description before it. */
export function member(text: string, description = ''): string {
  return `${described(description)}${text}`;
}

function described(description: string): string {
  if (description === '') return '';
  // Block strings keep quotes and backslashes; only their own delimiter has to be escaped.
  return `"""\n${description.replaceAll('"""', '\\"""')}\n"""\n`;
}
