import type { Command } from 'commander';
import { readProgram } from '../support/programs/commandTree';
import { techorda } from '../support/programs/runCommand';

let commands: { readonly words: string; readonly command: Command }[];
beforeAll(async () => {
  const below = (command: Command, words: string): typeof commands => [
    { words, command },
    ...command.commands.flatMap((each) => below(each, `${words} ${each.name()}`)),
  ];
  commands = below(readProgram(), 'techorda');
  // The first command may have something to build, and says so.
  await techorda(['--version'], {}).ended;
});

test('every command, argument and option says what it is', () => {
  expect(commands.length).toBeGreaterThan(20);
  const undescribed = commands.flatMap(({ words, command }) => [
    ...(command.description() === '' ? [words] : []),
    ...command.registeredArguments
      .filter(({ description }) => description === '')
      .map((argument) => `${words} ${argument.name()}`),
    ...command.options
      .filter(({ description }) => description === '')
      .map(({ flags }) => `${words} ${flags}`),
  ]);
  expect(undescribed).toEqual([]);
});

test.each([
  [['ingets'], 'error: unknown command \'ingets\'\n(Did you mean ingest?)\nRun "techorda --help"'],
  [
    ['keys', 'lst'],
    'error: unknown command \'lst\'\n(Did you mean list?)\nRun "techorda keys --help"',
  ],
  [
    ['quarantine', 'list', '--jsno'],
    'error: unknown option \'--jsno\'\n(Did you mean --json?)\nRun "techorda quarantine list --help"',
  ],
  [
    ['keys', 'revoke'],
    'error: missing required argument \'id\'\nRun "techorda keys revoke --help"',
  ],
])('a wrong command line, %j, is answered by a hint and where to read on', async (given, said) => {
  const command = techorda(given, {});
  expect(await command.ended).toBe(1);
  expect(command.said()).toBe(`${said} to see what it takes.\n`);
});

test('a variable that was probably meant as a setting is named as a command begins', async () => {
  const command = techorda(['completion', 'bash'], { PROT: '3000', MASK_BIN_FROM_YAER: '2020' });
  expect(await command.ended).toBe(0);
  expect(command.said()).toContain('PROT is not a setting. Did you mean PORT?\n');
  expect(command.said()).toContain(
    'MASK_BIN_FROM_YAER is not a setting. Did you mean MASK_BIN_FROM_YEAR?\n',
  );
  expect(command.said()).not.toContain('3000');
});
