import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { requireWarehouse } from '../../src/commands/preparing/warehouseThere';
import { loadConfig } from '../../src/config/config';
import { techorda } from '../support/programs/runCommand';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'techorda-none-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

test('a command that asks something of a warehouse makes none, and says that there is none', async () => {
  const DATA_DIR = join(folder, 'data');
  const commands = [['keys', 'list'], ['ledger'], ['quarantine', 'list'], ['status', '--json']];
  const said = commands.map(async (command) => {
    const running = techorda(command, { DATA_DIR, DATABASE_URL: '' });
    return [await running.ended, running.said()];
  });
  for (const one of await Promise.all(said)) {
    expect(one).toEqual([
      1,
      expect.stringContaining(
        `There is no warehouse in ${DATA_DIR}; expected DATA_DIR to name the folder of one, or DATABASE_URL its database (techorda start makes one).\n`,
      ),
    ]);
  }
  expect(existsSync(DATA_DIR)).toBe(false);
});

test('a folder with data, and a database elsewhere, are asked', async () => {
  const DATA_DIR = join(folder, 'with');
  const elsewhere = loadConfig({ DATA_DIR, DATABASE_URL: 'postgresql://localhost/x' });
  await requireWarehouse(elsewhere);
  await expect(requireWarehouse(loadConfig({ DATA_DIR }))).rejects.toThrow('There is no warehouse');
  mkdirSync(join(DATA_DIR, 'postgres'), { recursive: true });
  await requireWarehouse(loadConfig({ DATA_DIR }));
});
