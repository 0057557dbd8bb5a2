import type { Setting } from './setting';
import { settings } from './settingGroups';
import { misspelledSettings } from './settingNames';
import { PROVIDER } from './settings/credentials';

type Settings = typeof settings;
type ValueOf<S> = S extends Setting<infer Value> ? Value : never;

export type Config = { readonly [Name in keyof Settings]: ValueOf<Settings[Name]> };

/** Names every wrong setting at once, so that one restart is enough to mend them. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/** Reads the environment once. Throws {@link ConfigError} with a line for each wrong value. */
export function loadConfig(environment: NodeJS.ProcessEnv = process.env): Config {
  const values: Record<string, unknown> = {};
  const complaints: string[] = [];
  for (const [name, { fallback, reader }] of Object.entries(settings)) {
    const given = environment[name];
    const text = given === undefined || given === '' ? fallback : given;
    const read = reader.safeParse(text);
    if (read.success) values[name] = read.data;
    else {
      const expected = read.error.issues.map((issue) => issue.message).join(', ');
      complaints.push(`${name} is ${JSON.stringify(text)}; expected ${expected}.`);
    }
  }
  complaints.push(...complaintsAboutProvider(environment));
  if (complaints.length > 0) throw new ConfigError(complaints.join('\n'));
  return Object.freeze(values) as Config;
}

/** An identity provider is described as a whole or not at all. */
function complaintsAboutProvider(environment: NodeJS.ProcessEnv): string[] {
  const missing = PROVIDER.filter((name) => (environment[name] ?? '') === '');
  if (missing.length === 0 || missing.length === PROVIDER.length) return [];
  const given = PROVIDER.filter((name) => !missing.includes(name));
  return [
    `${missing.join(' and ')} ${missing.length === 1 ? 'is' : 'are'} not set; expected all of ${PROVIDER.join(', ')} or none, and ${given.join(' and ')} ${given.length === 1 ? 'is' : 'are'}.`,
  ];
}

/** A sentence for each variable of the environment that was probably meant to be a setting. */
export const misspelled = (environment: NodeJS.ProcessEnv = process.env): string[] =>
  misspelledSettings(environment, Object.keys(settings));

/** Whether npm or npx started this process: its end is then asked of them, and they need not pass it on. */
export function startedByNpm(environment: NodeJS.ProcessEnv = process.env): boolean {
  return environment['npm_lifecycle_event'] !== undefined || environment['npm_command'] === 'exec';
}
