/** Ways in which people write a BIN beside a company's name. */
const WRITINGS: readonly ((bin: string) => string)[] = [
  (bin) => ` (БИН ${bin.replace(/(\d{3})(?=\d)/g, '$1 ')})`,
  (bin) => `, БИН: ${bin.replace(/(\d{4})(?=\d)/g, '$1-')}`,
  (bin) => ` ${bin.replace(/(\d{2})(?=\d)/g, '$1\u00a0')}`,
  (bin) => ` /${[...bin].join('.')}/`,
  (bin) => ` [${bin.slice(0, 6)}–${bin.slice(6)}]`,
  (bin) => ` ${[...bin].join('\u200b')}`,
  (bin) => ` №${bin.replace(/\d/g, (digit) => String.fromCodePoint(0xff10 + Number(digit)))}`,
];

const COMPANY = /(<company>.*?<tin>\s*)(\d{12})(\s*<\/tin>.*?<name>)([^<]*)/s;

/**
 * The line with the BIN of each company written into its name as well, wherever a name stands: in a row, in a form
 * and in signed XML. How it is written follows from `turn`.
 */
export function withNumberInNames(line: string, turn: number): string {
  const written = (bin: string) => WRITINGS[turn % WRITINGS.length]?.(bin) ?? '';

  const named = (value: unknown): unknown => {
    if (typeof value === 'string') {
      if (/^\s*[{[]/.test(value)) {
        try {
          return JSON.stringify(named(JSON.parse(value)));
        } catch {
          return value;
        }
      }
      return value.replace(
        COMPANY,
        (_, before: string, bin: string, between: string, name: string) =>
          `${before}${bin}${between}${name}${written(bin)}`,
      );
    }
    if (Array.isArray(value)) return value.map(named);
    if (typeof value !== 'object' || value === null) return value;
    const row = Object.fromEntries(Object.entries(value).map(([key, each]) => [key, named(each)]));
    const bin = row['tin'] ?? row['company_tin'];
    if (typeof bin !== 'string' || !/^\d{12}$/.test(bin)) return row;
    for (const column of ['name', 'short_name', 'company_name']) {
      const name = row[column];
      if (typeof name === 'string' && name !== '') row[column] = `${name}${written(bin)}`;
    }
    return row;
  };

  try {
    return JSON.stringify(named(JSON.parse(line)));
  } catch {
    return line;
  }
}
