import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectFolder } from '../../ground/projectFolder';
import { printable } from '../telling/writing';

/** What a command was asked for. */
export const write = (text: string) => {
  process.stdout.write(printable(text));
};

/** What else there is to say, which no program that reads the answer should read. */
export const note = (line: string) => {
  process.stderr.write(`${printable(line)}\n`);
};

/** Neither success nor failure: data-quality gates hold the publication back. */
export const HELD_EXIT_CODE = 3;

export const { version } = JSON.parse(
  readFileSync(join(projectFolder, 'package.json'), 'utf8'),
) as { version: string };
