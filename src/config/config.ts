import { BIN_POLICIES } from '../api/access/bins/binMask';
import { readdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { z } from 'zod';
import { RIGHTS } from '../api/access/viewer';
import { everFires, isCronSchedule } from './cronSchedule';
import { gateSettings } from '../warehouse/gates/gateSettings';
import { originList } from './originList';
import { misspelledSettings } from './settingNames';
import { readShare } from './shareSetting';
import { algorithmList, keysAddress, roleSets } from './tokenSettings';

/** One setting: how its text is read, what it means, and what holds when it is absent. */
interface Setting<Value> {
  readonly meaning: string;
  readonly fallback: string | undefined;
  readonly reader: z.ZodType<Value, string>;
}

const wholeNumber = (from: number, to: number) =>
  z
    .string()
    .regex(/^-?\d{1,15}$/, `a whole number from ${from} to ${to}`)
    .transform(Number)
    .refine((value) => value >= from && value <= to, `a whole number from ${from} to ${to}`);

const cronSchedule = z
  .string()
  .refine(isCronSchedule, {
    error:
      'five cron fields (minute 0-59, hour 0-23, day 1-31, month 1-12, day of the week 0-7), such as */15 * * * *',
    abort: true,
  })
  .refine(
    everFires,
    'a schedule that fires some day, with no step longer than its field (*/60 * * * *), such as */15 * * * *',
  );

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
/** An address of IPv4 or IPv6, or the name of a host. */
const HOST =
  /^(?=.{1,253}$)([a-z\d_-]{1,63}(\.[a-z\d_-]{1,63})*\.?|[\da-f:.]*:[\da-f:.]*(%[\w.-]+)?)$/i;

function setting<Value>(
  meaning: string,
  fallback: string | undefined,
  reader: z.ZodType<Value, string>,
): Setting<Value> {
  return { meaning, fallback, reader };
}

function isReadableFolder(path: string): boolean {
  try {
    readdirSync(path);
    return true;
  } catch {
    return false;
  }
}

/** A setting that may be absent. */
function ifGiven<Value>(reader: z.ZodType<Value, string>): z.ZodType<Value | undefined, string> {
  return reader.optional() as unknown as z.ZodType<Value | undefined, string>;
}

const settings = {
  DATABASE_URL: setting(
    'PostgreSQL 15 to 18 to use, as postgresql://…; absent: the embedded server in DATA_DIR',
    undefined,
    ifGiven(z.string().regex(/^postgres(ql)?:\/\//, 'an address that begins with postgresql://')),
  ),
  DATA_DIR: setting(
    "the folder of the embedded server's data",
    'data',
    z
      .string()
      .min(1, 'a folder')
      .transform((value) => resolve(value)),
  ),
  EMBEDDED_PORT: setting(
    'a port of 127.0.0.1 on which the embedded server lets analysts in, such as 5433; 0: none',
    '0',
    wholeNumber(0, 65_535),
  ),
  HOST: setting(
    'the address to listen on',
    '127.0.0.1',
    z.string().regex(HOST, 'an address of this machine, such as 127.0.0.1, ::1 or 0.0.0.0'),
  ),
  PORT: setting('the port to listen on; 0 takes any free one', '4000', wholeNumber(0, 65_535)),
  MASK_BIN_FROM_YEAR: setting(
    'the first year whose BINs are masked for callers without bin:read; 0 masks all',
    '2021',
    wholeNumber(0, 32_767),
  ),
  MASK_BIN_POLICY: setting(
    'which BINs of earlier years are shown to callers without bin:read: year, all; company, those that report in no masked year',
    'year',
    z.enum(BIN_POLICIES, `one of ${BIN_POLICIES.join(', ')}`),
  ),
  MIN_GROUP_COMPANIES: setting(
    'groups of fewer companies are withheld from callers without bin:read; 0 withholds none',
    '0',
    wholeNumber(0, 1_000),
  ),
  REFRESH_SCHEDULE: setting(
    'when the worker refreshes, as five cron fields in UTC',
    '*/15 * * * *',
    cronSchedule,
  ),
  RECONCILE_SCHEDULE: setting(
    'when the worker compares published rows with a rebuild, as five cron fields in UTC (02:30 in Astana)',
    '30 21 * * *',
    cronSchedule,
  ),
  COMPACT_AFTER_DAYS: setting(
    'techorda compact leaves keys alone with an event of so many days',
    '90',
    wholeNumber(0, 99_999),
  ),
  RECONCILE_NIGHTS: setting(
    'each such comparison looks at one of so many parts of all keys, the next day at the next',
    '30',
    wholeNumber(1, 10_000),
  ),
  GATES: setting(
    'data-quality gates with another severity or limit than sql/gates declares: bin_missing=warn,0.5%;rows_gone=10%',
    '',
    gateSettings,
  ),
  MAX_EVENT_BYTES: setting(
    'a larger event goes to quarantine',
    String(16 * 1024 * 1024),
    wholeNumber(1_024, 256 * 1024 * 1024),
  ),
  MAX_QUARANTINE_SHARE: setting(
    'ingest fails where a larger share of the records of a file cannot be read; the others are loaded all the same',
    '50%',
    z.string().transform((text, context): number => {
      const share = readShare(text);
      if (share !== undefined) return share;
      context.addIssue({ code: 'custom', message: 'a share from 0% to 100%, such as 50%' });
      return z.NEVER;
    }),
  ),
  DATABASE_POOL_SIZE: setting('connections that the API may hold', '10', wholeNumber(1, 1_000)),
  CONNECTIONS_PER_KEY: setting(
    'how many of them one credential may hold at once while others ask; alone it may hold nearly all; 0: no limit',
    '3',
    wholeNumber(0, 1_000),
  ),
  EXPORT_CONNECTIONS: setting(
    'exports at once, each with a connection beside the pool; of two or more one is left to other keys; 0: no exports',
    '3',
    wholeNumber(0, 100),
  ),
  STATEMENT_TIMEOUT_MS: setting(
    'the longest that one statement of the API may run, in milliseconds',
    '30000',
    wholeNumber(100, 3_600_000),
  ),
  LOCK_PATIENCE_SECONDS: setting(
    'how long migrations wait for locks that other sessions hold; they are named, and tried for again and again',
    '300',
    wholeNumber(0, 86_400),
  ),
  JWT_ISSUER: setting(
    'who makes tokens that are credentials here, as their claim iss names it; absent: nobody does',
    undefined,
    ifGiven(z.string().min(1)),
  ),
  JWT_AUDIENCE: setting(
    'for whom the tokens must be, as their claim aud names it',
    undefined,
    ifGiven(z.string().min(1)),
  ),
  JWT_JWKS_URL: setting(
    'where the issuer shows its public keys (JWKS)',
    undefined,
    ifGiven(keysAddress),
  ),
  JWT_ALGORITHMS: setting('the signatures that are believed', 'RS256,ES256', algorithmList),
  JWT_LEEWAY_SECONDS: setting(
    "how far the issuer's clock may be from this one",
    '30',
    wholeNumber(0, 600),
  ),
  JWT_RIGHTS_CLAIM: setting(
    'the claim that names rights or roles, as a text with spaces or a list; dots lead into it',
    'scope',
    z.string().regex(/^\S+$/, 'the name of a claim, such as scope or realm_access.roles'),
  ),
  JWT_SCOPE_CLAIM: setting(
    'the claim that names the rows which a token is confined to, as years=2023-2025;companies=9,10, an object of such lists, or all; tokens without it are then refused; absent: tokens see all rows',
    undefined,
    ifGiven(z.string().regex(/^\S+$/, 'the name of a claim, such as techorda_scope')),
  ),
  ROLES: setting(
    'roles of keys and tokens, as named sets of rights: analyst=marts:read,quality:read;operator=refresh:run',
    '',
    roleSets,
  ),
  CORS_ORIGINS: setting(
    'pages of these origins may ask the API, with commas between them; others cannot',
    '',
    originList,
  ),
  RATE_REQUESTS: setting(
    'requests that a credential may make in a minute; 0: any number',
    '6000',
    wholeNumber(0, 1e9),
  ),
  RATE_COST: setting(
    'what a credential may spend in a minute, by extensions.cost: some microseconds of work a unit; 0: any amount',
    '30000000',
    wholeNumber(0, 1e12),
  ),
  RATE_LOOKUPS: setting(
    'companies that a credential may look up by a hidden BIN in a minute; 0: any number',
    '60',
    wholeNumber(0, 1e9),
  ),
  ANSWER_CACHE_BYTES: setting(
    'memory for answers that are given again until other data is published; 0: none is kept',
    String(32 * 1024 * 1024),
    wholeNumber(0, 16 * 1024 * 1024 * 1024),
  ),
  TRUSTED_DOCUMENTS: setting(
    'a folder of .graphql files, whose operations can be asked by name or hash; keys can be confined to them',
    undefined,
    ifGiven(
      z
        .string()
        .transform((value) => resolve(value))
        .refine(isReadableFolder, 'a folder that can be read'),
    ),
  ),
  INTROSPECTION: setting(
    'who may read the schema over the API: all, none, or who has a right such as quality:read',
    'all',
    z.enum(['all', 'none', ...RIGHTS], `all, none, or one of ${RIGHTS.join(', ')}`),
  ),
  LEDGER_BULK_ROWS: setting(
    'rows with a clear BIN that a credential reads in an hour before the log and techorda_bulk_reads_total tell of it; 0: any number',
    '10000',
    wholeNumber(0, 1e9),
  ),
  OTEL_EXPORTER_OTLP_ENDPOINT: setting(
    'where traces go, by OTLP over HTTP, such as http://127.0.0.1:4318; absent: nowhere',
    undefined,
    ifGiven(
      z.string().regex(/^https?:\/\/\S+$/, 'an address that begins with http:// or https://'),
    ),
  ),
  OTEL_SERVICE_NAME: setting(
    'what traces call this process',
    'techorda-graph',
    z.string().min(1).max(100),
  ),
  LOG_LEVEL: setting(
    'what is logged: fatal, error, warn, info, debug, trace or silent',
    'info',
    z.enum(LOG_LEVELS, `one of ${LOG_LEVELS.join(', ')}`),
  ),
} as const;

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
  const provider = ['JWT_ISSUER', 'JWT_AUDIENCE', 'JWT_JWKS_URL'] as const;
  const missing = provider.filter((name) => (environment[name] ?? '') === '');
  if (missing.length > 0 && missing.length < provider.length) {
    const given = provider.filter((name) => !missing.includes(name));
    complaints.push(
      `${missing.join(' and ')} ${missing.length === 1 ? 'is' : 'are'} not set; expected all of ${provider.join(', ')} or none, and ${given.join(' and ')} ${given.length === 1 ? 'is' : 'are'}.`,
    );
  }
  if (complaints.length > 0) throw new ConfigError(complaints.join('\n'));
  return Object.freeze(values) as Config;
}

/** A sentence for each variable of the environment that was probably meant to be a setting. */
export const misspelled = (environment: NodeJS.ProcessEnv = process.env): string[] =>
  misspelledSettings(environment, Object.keys(settings));

const NAME_WIDTH = 2 + Math.max(...Object.keys(settings).map((name) => name.length));

/** The settings as lines for `techorda --help`. */
export function describeSettings(): string {
  return Object.entries(settings)
    .map(([name, { meaning, fallback }]) => {
      const absent = fallback === undefined || fallback === '' ? '' : ` (${fallback})`;
      return `  ${name.padEnd(NAME_WIDTH)}${meaning}${absent}`;
    })
    .join('\n');
}

/** Whether npm or npx started this process: its end is then asked of them, and they need not pass it on. */
export function startedByNpm(environment: NodeJS.ProcessEnv = process.env): boolean {
  return environment['npm_lifecycle_event'] !== undefined || environment['npm_command'] === 'exec';
}
