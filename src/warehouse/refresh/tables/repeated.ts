const LIST = /^-- list (\w+): *(.+)$/gm;
const EACH = /^( *):each (\w+) (.+?)(,?)$/gm;

/**
 * Writes out lines of a SELECT that hold for each name of a list: `-- list amounts: income_total, tax_incentives`
 * declares the list, on as many lines as it takes, and `:each amounts form.:name as given_:name,` stands for a line
 * for each name. Throws where a line names no list.
 */
export function repeated(select: string): string {
  const lists = new Map<string, string[]>();
  for (const [, list = '', names = ''] of select.matchAll(LIST)) {
    lists.set(list, [...(lists.get(list) ?? []), ...names.split(/, */).filter(Boolean)]);
  }
  return select.replace(EACH, (_, indent: string, list: string, line: string, comma: string) => {
    const names = lists.get(list);
    if (names === undefined) {
      throw new Error(
        `A SELECT repeats a line for each of ${list}; expected a line "-- list ${list}:".`,
      );
    }
    const lines = names.map((name) => `${indent}${line.replaceAll(':name', name)}`);
    return `${lines.join(',\n')}${comma}`;
  });
}
