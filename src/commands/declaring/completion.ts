import { Argument, type Command } from 'commander';
import { completionScript, type Shell, SHELLS } from '../completion/completion';
import { write } from './terminal';

/** A script for shells. It completes the commands that are declared when it is made. */
export function declareCompletion(program: Command): void {
  program
    .command('completion')
    .addArgument(new Argument('<shell>', 'the shell that is to complete').choices(SHELLS))
    .description('a script that makes a shell complete commands and options')
    .action((shell: Shell) => write(completionScript(program, shell)));
}
