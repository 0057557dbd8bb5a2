/** The same name in other cases, with other blanks, hyphens and quotes, and in other forms of Unicode. */
export function takeVaried(name: string): string[] {
  return [
    name.toUpperCase(),
    name.toLowerCase(),
    `  ${name}\t`,
    `«${name}»`,
    `"${name}."`,
    name.replaceAll(' ', '\u00a0'),
    name.replaceAll(' ', '  '),
    name.replaceAll('-', '–').replaceAll('’', "'"),
    name.replaceAll('-', ' '),
    name.replaceAll('ё', 'е'),
    name.normalize('NFD'),
    `\ufeff${name}\u200b`,
  ];
}
