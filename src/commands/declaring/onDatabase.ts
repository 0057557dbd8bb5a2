import type { Knex } from 'knex';
import { type Config, loadConfig } from '../../config/config';
import { tellingBlockers } from '../../ground/database/connecting/blockers';
import { waitForDatabase } from '../../ground/database/connecting/waitForDatabase';
import { explainingFailures } from '../preparing/databaseFailures';
import { type Closers, inOrder } from '../preparing/ending';
import { openDatabase } from '../preparing/openDatabase';
import { migrateOnly } from '../preparing/prepareDatabase';
import { requireWarehouse } from '../preparing/warehouseThere';
import { traceIfConfigured } from '../tracing';
import { note, version } from './terminal';

interface Manner {
  /** It runs until it is told to end. */
  readonly stays?: boolean;
  /** It may make the warehouse where there is none; others ask something of one. */
  readonly makes?: boolean;
  /** It takes the tables as they are, of whatever release. */
  readonly asIs?: boolean;
  readonly say?: typeof note;
}

/** Runs `work` on the configured database, its tables brought to the newest form. */
export async function onDatabase(
  work: (database: Knex, config: Config, url: string, closers: Closers) => Promise<unknown>,
  { stays = false, makes = false, asIs = false, say = note }: Manner = {},
): Promise<void> {
  const config = loadConfig();
  if (!makes) await requireWarehouse(config);
  await inOrder(say, { stays }, async (closers) => {
    await traceIfConfigured(config, version, closers);
    const { database, url } = await openDatabase(config, say, closers);
    await waitForDatabase(database, say);
    await explainingFailures(database, async () => {
      if (!asIs) await migrateOnly(database, config, say);
      await tellingBlockers(database, say, () => work(database, config, url, closers));
    });
  });
}
