import { ingest } from '../../src/warehouse/bronze/ingest';
import {
  demonstrationLines,
  fillDemonstration,
  lacksDemonstration,
} from '../../src/commands/preparing/fillDemonstration';
import { refresh } from '../../src/warehouse/refresh/run/refresh';
import { createTestDatabase } from '../support/databases/database';

const SCALE = 0.02;

test('a filling that was cut short goes on, also where an empty database was published before', async () => {
  const database = await createTestDatabase();
  try {
    expect(await lacksDemonstration(database.knex)).toBe(true);
    // As a start without demonstration data does.
    expect(await refresh(database.knex, { reason: 'start' })).toMatchObject({
      status: 'PUBLISHED',
    });
    expect(await lacksDemonstration(database.knex)).toBe(true);

    const [first = []] = demonstrationLines(SCALE);
    await database.knex.raw('insert into bronze.demonstration (scale) values (?)', [SCALE]);
    await ingest(database.knex, [first], { maxEventBytes: 1024 * 1024 });
    expect(await lacksDemonstration(database.knex)).toBe(true);

    const { otherScale } = await fillDemonstration(database.knex, 1, () => undefined);
    expect(otherScale).toBe(
      'The demonstration data of this database began at scale 0.02, and are of that scale now; another scale needs another database.',
    );
    expect(await fillDemonstration(database.knex, SCALE, () => undefined)).not.toHaveProperty(
      'otherScale',
    );
    await refresh(database.knex, { reason: 'start' });
    expect(await lacksDemonstration(database.knex)).toBe(false);
  } finally {
    await database.drop();
  }
});
