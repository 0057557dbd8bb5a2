// Writes generated text into a page of Markdown, between two marks that stay in it.
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';

const project = dirname(dirname(fileURLToPath(import.meta.url)));

/**
 * Replaces what stands between `<!-- NAME: ORIGIN -->` and `<!-- /NAME -->` in the page, and formats it.
 *
 * @param {string} page the page's name, from the project's folder
 * @param {string} name what the part is
 * @param {string} origin what it is generated from, for whoever reads the page's source
 * @param {string} text the part, as Markdown
 */
export async function writeBetweenMarks(page, name, origin, text) {
  const file = join(project, page);
  const begin = `<!-- ${name}: written by "npm run generate" from ${origin} -->`;
  const end = `<!-- /${name} -->`;
  const [before, rest] = readFileSync(file, 'utf8').split(begin);
  const after = rest?.split(end)[1];
  if (after === undefined) throw new Error(`${page} lacks the marks ${begin} and ${end}.`);
  const options = { ...(await resolveConfig(file)), filepath: file };
  writeFileSync(file, await format(`${before}${begin}\n\n${text}\n\n${end}${after}`, options));
}
