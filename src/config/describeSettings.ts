import { settingGroups, type SaidSetting } from './settingGroups';

const names = settingGroups.flatMap(({ settings }) => Object.keys(settings));
const NAME_WIDTH = 2 + Math.max(...names.map((name) => name.length));

/** The settings as lines for `techorda --help`, group by group. */
export function describeSettings(): string {
  return settingGroups
    .map(({ title, settings }) =>
      [`${title}:`, ...Object.entries(settings).map(([name, said]) => helpLine(name, said))].join(
        '\n',
      ),
    )
    .join('\n\n');
}

function helpLine(name: string, { meaning, fallback, absent }: SaidSetting): string {
  const text = `${meaning} (${absent ?? fallback ?? ''})`.replaceAll('`', '');
  return `  ${name.padEnd(NAME_WIDTH)}${text}`;
}

/** The settings as a table of Markdown, for README.md. */
export function settingsTable(): string {
  const rows = settingGroups.flatMap(({ title, settings }) => [
    row(`**${title}**`, '', ''),
    ...Object.entries(settings).map(([name, said]) =>
      row(`\`${name}\``, linked(said.meaning), said.absent ?? `\`${said.fallback ?? ''}\``),
    ),
  ]);
  return [row('setting', 'means', 'default'), row('---', '---', '---'), ...rows].join('\n');
}

function row(...cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}

/** A page of docs becomes a link. */
function linked(text: string): string {
  return text.replace(/\bdocs\/\w+\.md\b/g, (page) => `[${page}](${page})`);
}
