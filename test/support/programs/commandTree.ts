import { Command } from 'commander';

/** The program with all its commands, as src/cli.ts makes it, without running any. */
export function readProgram(): Command {
  const parsing = jest
    .spyOn(Command.prototype, 'parseAsync')
    .mockImplementation(() => Promise.resolve(new Command()));
  jest.requireActual('../../../src/cli');
  const [program] = parsing.mock.contexts;
  parsing.mockRestore();
  if (!program) throw new Error('src/cli.ts parses no command line.');
  return program;
}
