import type { Knex } from 'knex';
import type { Logger } from 'pino';
import { binMaskOf, maskText } from '../api/access/bins/binMask';
import { createKey } from '../api/access/keys/keys';
import type { Config } from '../config/config';
import { requestRefresh } from '../ground/database/queue/refreshQueue';
import { waitForDatabase } from '../ground/database/connecting/waitForDatabase';
import type { GateSettings } from '../warehouse/gates/gateSettings';
import { startWorker } from '../warehouse/schedule/worker';
import { explainingFailures } from './preparing/databaseFailures';
import type { Closers } from './preparing/ending';
import { fillDemonstration, lacksDemonstration } from './preparing/fillDemonstration';
import { countsText } from './ingest';
import { assertCanListen } from './preparing/listenAddress';
import { openDatabase, type OpenDatabase } from './preparing/openDatabase';
import { prepareDatabase } from './preparing/prepareDatabase';
import { progressLine } from './telling/progressLine';
import { runRefresh } from './refresh';
import { serve } from './serve';
import { count, type Write } from './telling/writing';

export interface StartOptions {
  readonly config: Config;
  readonly log: Logger;
  readonly write: Write;
  /** Fill an empty database with demonstration data. */
  readonly demonstration: boolean;
  /** How much of it: 1 for the volumes of January 2026. */
  readonly scale: number;
}

/** About so many events at scale 1; the bar needs to know where it ends. */
const JANUARY_EVENTS = 289_000;

const DEMONSTRATION_KEYS: readonly { name: string; sees: string; rights: string }[] = [
  { name: 'demo reader', sees: 'sees pseudonyms for BINs', rights: 'marts:read' },
  { name: 'demo analyst', sees: 'reads BINs', rights: 'marts:read,bin:read' },
  {
    name: 'demo operator',
    sees: 'operates: quality, refresh, keys',
    rights: 'marts:read,quality:read,refresh:run,keys:manage',
  },
];

async function fill(
  database: Knex,
  scale: number,
  gates: GateSettings,
  write: Write,
): Promise<void> {
  write(`Filling the empty database with demonstration data (scale ${scale}) …\n`);
  const line = progressLine('demonstration data', Math.round(JANUARY_EVENTS * scale));
  const { counts, otherScale } = await fillDemonstration(database, scale, (so_far) => {
    line.update(so_far.added + so_far.known, `${count(so_far.added)} events`);
  }).finally(() => line.stop());
  write(`Bronze: ${countsText(counts)}\n`);
  if (otherScale !== undefined) write(`${otherScale}\n`);
  await runRefresh(database, { full: false, reason: 'first start', gates }, write);
}

/** A data folder may be used by several processes at once; people should know that it is. */
function whoElse(folder: string, others: readonly number[]): string {
  if (others.length === 0) {
    return `The PostgreSQL of ${folder} was running, left behind by a process that was killed; it ends with this one.`;
  }
  const [processes, them] = others.length === 1 ? ['process', 'that'] : ['processes', 'those'];
  return `The PostgreSQL of ${folder} is shared with ${processes} ${others.join(', ')}; end ${them} with: kill ${others.join(' ')}`;
}

/** Keys are shown once. Where demonstration data have none yet, three are made; all else gets none. */
async function offerKeys(database: Knex, demonstration: boolean): Promise<string> {
  const { rows } = await database.raw<{ rows: { keys: string; demonstrates: boolean }[] }>(
    `select (select count(*) from access.api_keys) as keys,
       (select sum(real_events) = 0 and sum(events) > 0 from bronze.progress) as demonstrates`,
  );
  if (Number(rows[0]?.keys) > 0) {
    return 'Keys      as made before; npx techorda keys list names them, keys create makes another\n';
  }
  if (!demonstration || rows[0]?.demonstrates !== true) {
    return 'Keys      none yet: npx techorda keys create --name NAME --rights marts:read\n';
  }
  let text = 'Keys      for this demonstration, shown only now:\n';
  for (const { name, sees, rights } of DEMONSTRATION_KEYS) {
    const { key } = await createKey(database, { name, rights });
    text += `  ${key}   ${sees}\n`;
  }
  return text;
}

/**
 * `techorda start`: the database, migrations, demonstration data where there is nothing yet, the
 * worker and the API, in this one process. What ends them again is left with `closers`.
 */
export async function start(
  options: StartOptions,
  closers: Closers,
): Promise<{ readonly url: string }> {
  const { config, write } = options;
  const say = (line: string) => write(`${line}\n`);
  await assertCanListen(config);
  say(config.DATABASE_URL === undefined ? 'Starting PostgreSQL …' : 'Connecting to PostgreSQL …');
  const open = await openDatabase(config, say, closers);
  if (open.embedded?.adopted) say(whoElse(config.DATA_DIR, open.embedded.sharedWith));
  await waitForDatabase(open.database, say);
  return await explainingFailures(open.database, () => startOn(open, options, closers));
}

async function startOn(
  { database, url: databaseUrl }: OpenDatabase,
  { config, log, write, demonstration, scale }: StartOptions,
  closers: Closers,
): Promise<{ readonly url: string }> {
  const say = (line: string) => write(`${line}\n`);
  const applied = await prepareDatabase(database, config, say);
  if (applied.length > 0) say(`Migrated: ${applied.length} migrations applied.`);
  if (demonstration && (await lacksDemonstration(database)))
    await fill(database, scale, config.GATES, write);
  else await requestRefresh(database, { reason: 'start', full: false });

  const working = startWorker({
    databaseUrl,
    schedule: config.REFRESH_SCHEDULE,
    gates: config.GATES,
    reconciliation: { schedule: config.RECONCILE_SCHEDULE, nights: config.RECONCILE_NIGHTS },
    log,
  });
  const serving = working.then(() => serve({ config, databaseUrl, log }));
  // Together: each has its own patience with what is under way.
  closers.add(working, (worker) =>
    Promise.all([
      worker.stop(),
      serving.then(
        (api) => api.close(),
        () => undefined,
      ),
    ]),
  );
  const { url } = await serving;
  write(
    `\nTechorda Graph is ready.\n\n` +
      `Explorer  ${url}/\nGraphQL   ${url}/graphql\n` +
      `Health    ${url}/healthz  ${url}/readyz  ${url}/metrics\n` +
      `BINs      ${maskText(binMaskOf(config))} are pseudonyms to callers without bin:read (MASK_BIN_FROM_YEAR, MASK_BIN_POLICY)\n` +
      `${await offerKeys(database, demonstration)}\nCtrl+C ends it.\n`,
  );
  return { url };
}
