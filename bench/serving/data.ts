import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Knex } from 'knex';
import { createKey } from '../../src/api/access/keys/keys';
import { fillDemonstration } from '../../src/commands/preparing/fillDemonstration';
import { connect } from '../../src/ground/database/connecting/connect';
import { startEmbeddedPostgres } from '../../src/ground/database/embedded/startEmbeddedPostgres';
import { CARELESS_SETTINGS } from '../../src/ground/database/embedded/serverSettings';
import { migrate } from '../../src/ground/database/migrating/migrate';
import { refresh } from '../../src/warehouse/refresh/run/refresh';
import { multiplyGold } from './multiplyGold';

export interface BenchData {
  readonly url: string;
  readonly database: Knex;
  /** A key that may read the marts, and sees pseudonyms for BINs. */
  readonly key: string;
  close(): Promise<void>;
}

const say = (line: string) => console.error(line);

/**
 * January's data, made as any data are: events into Bronze, and a refresh. A larger scale multiplies what
 * came out of it. With `folder` they are kept there for the next run; otherwise they go with this one.
 */
export async function benchData(
  scale: number,
  folder: string | undefined,
  onEnd: (end: () => Promise<unknown>) => void,
): Promise<BenchData> {
  const dataDir = folder ?? (await mkdtemp(join(tmpdir(), 'techorda-bench-')));
  const server = await startEmbeddedPostgres({ dataDir, settings: CARELESS_SETTINGS });
  const database = connect(server.url, { poolSize: 4, applicationName: 'bench' });
  const closeAll = async () => {
    await database.destroy();
    await server.stop();
    if (folder === undefined) await rm(dataDir, { recursive: true, force: true });
  };
  let closing: Promise<void> | undefined;
  const close = () => (closing ??= closeAll());
  onEnd(close);
  try {
    await fill(database, scale, join(dataDir, 'scale'));
    const { key } = await createKey(database, { name: 'bench', rights: 'marts:read' });
    return { url: server.url, database, key, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** A folder of an earlier run holds its scale beside the data: written last, when they were whole. */
async function fill(database: Knex, scale: number, mark: string): Promise<void> {
  const kept = await readFile(mark, 'utf8').catch(() => undefined);
  await migrate(database);
  if (kept !== undefined) {
    if (Number(kept) === scale) return;
    throw new Error(
      `The folder holds data of scale ${kept}; expected ${String(scale)}, or a folder that is not there yet.`,
    );
  }
  const begin = performance.now();
  await fillDemonstration(database, 1, () => undefined);
  await refresh(database, { reason: 'bench' });
  if (scale > 1) await multiplyGold(database, scale);
  await database.raw('vacuum (analyze)');
  await writeFile(mark, String(scale));
  say(`Data of scale ${String(scale)} in ${((performance.now() - begin) / 1_000).toFixed(0)} s.`);
}
