import { parseArgs } from 'node:util';
import { QUESTIONS, type Question, type ServerName } from './questions';

export interface BenchOptions {
  readonly scales: readonly number[];
  readonly connections: readonly number[];
  readonly seconds: number;
  readonly rounds: number;
  readonly questions: readonly Question[];
  readonly servers: readonly ServerName[];
  /** Where the data are kept between runs; undefined where they are not. */
  readonly folder: string | undefined;
}

const SERVERS: readonly ServerName[] = ['techorda', 'limit', 'fixed', 'apollo', 'mercurius'];

export const USAGE = `npm run bench -- [options]
  --scale 1,10,100      times January's data                  (1)
  --seconds N           for each server and question          (6)
  --rounds N            of which the median counts            (3)
  --connections 16,1    at once                               (16,1)
  --only NAME,…         of ${QUESTIONS.map(({ name }) => name).join(', ')}
  --servers NAME,…      of ${SERVERS.join(', ')}; techorda is always among them
  --data FOLDER         keeps the data there for the next run`;

/** Throws a sentence where the arguments are none. */
export function readOptions(args: readonly string[]): BenchOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      scale: { type: 'string', default: '1' },
      seconds: { type: 'string', default: '6' },
      rounds: { type: 'string', default: '3' },
      connections: { type: 'string', default: '16,1' },
      only: { type: 'string' },
      servers: { type: 'string' },
      data: { type: 'string' },
    },
  });
  const names = QUESTIONS.map(({ name }) => name);
  const only = chosen('--only', values.only, names);
  const servers = chosen('--servers', values.servers, SERVERS);
  return {
    scales: numbers('--scale', values.scale),
    connections: numbers('--connections', values.connections),
    seconds: numbers('--seconds', values.seconds)[0] ?? 6,
    rounds: numbers('--rounds', values.rounds)[0] ?? 3,
    questions: QUESTIONS.filter(({ name }) => only.includes(name)),
    servers: SERVERS.filter((name) => name === 'techorda' || servers.includes(name)),
    folder: values.data,
  };
}

function numbers(option: string, text: string): number[] {
  const given = text.split(',').map(Number);
  if (given.every((number) => number > 0)) return given;
  throw new Error(`${option} is ${text}; expected numbers above 0, with commas between them.`);
}

function chosen<Name extends string>(
  option: string,
  text: string | undefined,
  known: readonly Name[],
): readonly Name[] {
  if (text === undefined) return known;
  return text.split(',').map((given) => {
    const name = known.find((each) => each === given);
    if (name === undefined) {
      throw new Error(`${option} names ${given}; expected some of ${known.join(', ')}.`);
    }
    return name;
  });
}
