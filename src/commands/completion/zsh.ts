import { type CompletedCommand, optionsWith } from './commandTree';

const quoted = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`;
/** `word:meaning`, as `_describe` takes it. */
const described = (word: string, meaning: string) =>
  quoted(`${word.replaceAll(':', '\\:')}:${meaning}`);

const branch = (words: readonly string[], what: string) =>
  words.length === 0 ? [] : [`    (${words.join('|')}) ${what} ;;`];

/** The script that zsh reads to complete `techorda`, sourced or as the file `_techorda` in `fpath`. */
export function zshCompletion(tree: readonly CompletedCommand[]): string {
  const paths = tree.map(({ path }) => path).filter((path) => path !== '');
  return [
    '#compdef techorda',
    '# zsh completion for techorda, made by "techorda completion zsh".',
    '_techorda() {',
    "  local at='' word files=''",
    '  local -a subcommands flags',
    '  for word in ${words[2,CURRENT-1]}; do',
    '    case "$at/$word" in',
    `      (${paths.join('|')}) at="$at/$word" ;;`,
    '    esac',
    '  done',
    '  case "${words[CURRENT-1]}" in',
    ...branch(optionsWith(tree, 'file'), '_files; return'),
    ...branch(optionsWith(tree, 'text'), 'return'),
    '  esac',
    '  case "$at" in',
    ...tree.map(({ path, words, options, takesFiles }) =>
      [
        `    ('${path}')`,
        `subcommands=(${words.map(({ word, meaning }) => described(word, meaning)).join(' ')})`,
        `flags=(${options.flatMap(({ words: names, meaning }) => names.map((word) => described(word, meaning))).join(' ')})`,
        `files=${takesFiles ? 'yes' : "''"} ;;`,
      ].join('\n      '),
    ),
    '  esac',
    '  if [[ "${words[CURRENT]}" == -* ]]; then',
    '    _describe -o option flags',
    '    return',
    '  fi',
    '  (( $#subcommands )) && _describe command subcommands',
    '  [[ -n "$files" ]] && _files',
    '}',
    'if [[ "${funcstack[1]}" == _techorda ]]; then _techorda "$@"; else compdef _techorda techorda; fi',
    '',
  ].join('\n');
}
