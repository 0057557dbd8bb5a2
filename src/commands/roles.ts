import type { Knex } from 'knex';
import { binMaskOf, maskText } from '../api/access/bins/binMask';
import type { Config } from '../config/config';
import { makeRoles } from '../ground/database/accounts/roles';
import { patienceOf, prepareDatabase } from './preparing/prepareDatabase';
import type { Write } from './telling/writing';

/** `techorda roles`: the roles of this database and what each may. Throws RolesRefused. */
export async function printRoles(
  database: Knex,
  config: Config,
  prefix: string,
  write: Write,
  say: (line: string) => void,
): Promise<void> {
  await prepareDatabase(database, config, say);
  const [api = '', worker = '', analyst = ''] = await makeRoles(
    database,
    prefix,
    patienceOf(config, say),
  );
  const width = Math.max(...[api, worker, analyst].map(({ length }) => length));
  const line = (role: string, may: string) => `${role.padEnd(width)}  ${may}\n`;
  write(
    line(api, 'reads Silver and Gold, nothing of Bronze; for techorda serve') +
      line(worker, 'writes Bronze, Silver and Gold; for techorda worker, ingest and refresh') +
      line(
        analyst,
        `reads the views of gold_masked alone, BINs ${maskText(binMaskOf(config))} as pseudonyms`,
      ) +
      `\nNone of them can log in. An account takes one on so:\n` +
      `  create role NAME login password '…' in role ${analyst};\n`,
  );
}
