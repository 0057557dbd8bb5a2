import { type CompletedCommand, optionsWith } from './commandTree';

/** One branch of a shell's `case`, for the words of which there are any. */
const branch = (words: readonly string[], what: string) =>
  words.length === 0 ? [] : [`    ${words.join('|')}) ${what} ;;`];

/** The script that bash reads to complete `techorda`. */
export function bashCompletion(tree: readonly CompletedCommand[]): string {
  const paths = tree.map(({ path }) => path).filter((path) => path !== '');
  return [
    '# bash completion for techorda, made by "techorda completion bash".',
    '_techorda() {',
    '  local at= word words= files=',
    '  local current="${COMP_WORDS[COMP_CWORD]}" before="${COMP_WORDS[COMP_CWORD-1]}"',
    '  COMPREPLY=()',
    '  for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do',
    '    case "$at/$word" in',
    `      ${paths.join('|')}) at="$at/$word" ;;`,
    '    esac',
    '  done',
    '  case "$before" in',
    ...branch(
      optionsWith(tree, 'file'),
      'compopt -o filenames; COMPREPLY=($(compgen -f -- "$current")); return',
    ),
    ...branch(optionsWith(tree, 'text'), 'return'),
    '  esac',
    '  case "$at" in',
    ...tree.map(({ path, words, options, takesFiles }) => {
      const all = [...words.map(({ word }) => word), ...options.flatMap((each) => each.words)];
      return `    "${path}") words="${all.join(' ')}"${takesFiles ? ' files=yes' : ''} ;;`;
    }),
    '  esac',
    '  COMPREPLY=($(compgen -W "$words" -- "$current"))',
    '  if [ -n "$files" ]; then compopt -o filenames; COMPREPLY+=($(compgen -f -- "$current")); fi',
    '}',
    'complete -F _techorda techorda',
    '',
  ].join('\n');
}
