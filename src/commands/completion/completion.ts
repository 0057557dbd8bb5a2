import type { Command } from 'commander';
import { bashCompletion } from './bash';
import { commandTree } from './commandTree';
import { fishCompletion } from './fish';
import { zshCompletion } from './zsh';

const scripts = { bash: bashCompletion, zsh: zshCompletion, fish: fishCompletion };

export type Shell = keyof typeof scripts;
export const SHELLS = Object.keys(scripts) as Shell[];

/** `techorda completion`: the script that a shell reads to complete the program's commands and options. */
export const completionScript = (program: Command, shell: Shell): string =>
  scripts[shell](commandTree(program));
