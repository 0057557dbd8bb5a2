import { type Command, type Help } from 'commander';

/** A word that can be typed, and what it means. */
export interface Word {
  readonly word: string;
  readonly meaning: string;
}

export interface CompletedOption {
  /** As it can be written: `-h`, `--help`. */
  readonly words: readonly string[];
  readonly meaning: string;
  readonly value: 'none' | 'file' | 'text';
}

/** What can be typed after the words of a command. */
export interface CompletedCommand {
  /** Its words, each after a slash: `/keys/create`; empty for the program itself. */
  readonly path: string;
  /** Commands below it, and the values that its argument can have. */
  readonly words: readonly Word[];
  readonly options: readonly CompletedOption[];
  readonly takesFiles: boolean;
}

const isFile = (placeholder: string) => /^(files?|folder)$/.test(placeholder);

/** The command and all commands below it. */
export function commandTree(command: Command, path = ''): CompletedCommand[] {
  const help: Help = command.createHelp();
  const commands = help.visibleCommands(command);
  const own: CompletedCommand = {
    path,
    words: [
      ...commands.map((each) => ({ word: each.name(), meaning: each.description() })),
      ...command.registeredArguments.flatMap(({ argChoices = [], description }) =>
        argChoices.map((word) => ({ word, meaning: description })),
      ),
    ],
    options: help.visibleOptions(command).map(({ flags, short, long, description, ...option }) => ({
      words: [short, long].filter((word): word is string => word !== undefined),
      meaning: description,
      value:
        !option.required && !option.optional
          ? 'none'
          : isFile(placeholderOf(flags))
            ? 'file'
            : 'text',
    })),
    takesFiles: command.registeredArguments.some((each) => isFile(each.name())),
  };
  return [own, ...commands.flatMap((each) => commandTree(each, `${path}/${each.name()}`))];
}

const placeholderOf = (flags: string) => /[<[](\w+)/.exec(flags)?.[1] ?? '';

/** The options of all commands that take such a value, as they can be written. */
export function optionsWith(
  tree: readonly CompletedCommand[],
  value: CompletedOption['value'],
): string[] {
  const all = tree.flatMap(({ options }) => options.filter((each) => each.value === value));
  return [...new Set(all.flatMap(({ words }) => words))];
}
