import type { CompletedCommand } from './commandTree';

const quoted = (text: string) => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;

/** The script that fish reads to complete `techorda`. */
export function fishCompletion(tree: readonly CompletedCommand[]): string {
  const paths = tree.map(({ path }) => path).filter((path) => path !== '');
  const lines = tree.flatMap(({ path, words, options, takesFiles }) => {
    const here = `complete -c techorda -n 'test (__techorda_at) = "techorda${path}"'`;
    return [
      ...words.map(({ word, meaning }) => `${here} -a ${word} -d ${quoted(meaning)}`),
      ...options.map(({ words: flags, meaning, value }) => {
        const names = flags.map((word) =>
          word.startsWith('--') ? `-l ${word.slice(2)}` : `-s ${word.slice(1)}`,
        );
        const takes = { none: '', file: ' -r -F', text: ' -x' }[value];
        return `${here} ${names.join(' ')}${takes} -d ${quoted(meaning)}`;
      }),
      ...(takesFiles ? [`${here} -F`] : []),
    ];
  });
  return [
    '# fish completion for techorda, made by "techorda completion fish".',
    'function __techorda_at',
    "  set -l at ''",
    '  for word in (commandline -opc)[2..-1]',
    '    switch "$at/$word"',
    `      case ${paths.join(' ')}`,
    '        set at "$at/$word"',
    '    end',
    '  end',
    '  echo "techorda$at"',
    'end',
    'complete -c techorda -f',
    ...lines,
    '',
  ].join('\n');
}
