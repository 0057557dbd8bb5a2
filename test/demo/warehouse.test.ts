import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NOTHING_LOADED } from '../../src/warehouse/bronze/loadCounts';
import { ingestDumpFile } from '../../src/warehouse/bronze/dumpFile';
import { demo } from '../../src/commands/demo';
import { expectedFigures } from '../../src/demo/figures';
import { refresh } from '../../src/warehouse/refresh/run/refresh';
import type { TestDatabase } from '../support/databases/database';
import { createTestDatabase } from '../support/databases/database';

const SCALE = 0.02;

const SILVER = `
  select
    (select count(*) from silver.service_report_v2) as reports,
    (select count(distinct company_id) from silver.service_report_v2
      join silver.service_requests using (service_request_id)) as "reportingCompanies",
    (select count(*) from silver.techpark_participants) as participants,
    (select count(*) from silver.service_requests) as requests,
    (select count(*) from silver.companies) as companies`;

const GOLD = `
  select count(*) as reports,
    (select count(*) from gold.export_by_country) as "exportByCountry",
    count(*) filter (where superseded) as superseded,
    count(*) filter (where bin is null) as "withoutBin"
  from gold.general_indicators`;

const CERTIFICATE = `
  with numbers as (
    select report.certificate_number as own,
      participant.certificate_number as participants,
      request.certificate_number as requests
    from gold.general_indicators report
    left join silver.techpark_participants participant using (service_request_id)
    left join silver.service_requests request using (service_request_id)
  )
  select count(*) filter (where own is null) as "missingInReport",
    count(*) filter (where own is null and participants is not null) as "byParticipant",
    count(*) filter (where own is null and participants is null and requests is not null)
      as "byServiceRequest",
    count(*) filter (where coalesce(own, participants, requests) is null) as missing,
    count(*) filter (where own <> coalesce(participants, requests)) as conflicting
  from numbers`;

describe('the demonstration data in a warehouse', () => {
  let database: TestDatabase;
  let folder: string;

  beforeAll(async () => {
    database = await createTestDatabase();
    folder = await mkdtemp(join(tmpdir(), 'techorda-demo-'));
  });
  afterAll(async () => {
    await database.drop();
    await rm(folder, { recursive: true });
  });

  async function countsOf(sql: string): Promise<Record<string, number>> {
    const { rows } = await database.knex.raw<{ rows: Record<string, unknown>[] }>(sql);
    const counts = Object.entries(rows[0] ?? {}).map(([name, count]) => [name, Number(count)]);
    return Object.fromEntries(counts) as Record<string, number>;
  }

  test('come in without a loss, and give the figures that the plan promises', async () => {
    const dump = join(folder, 'demo.ndjson.gz');
    const events = await demo({ scale: SCALE, out: dump });
    const counts = await ingestDumpFile(database.knex, dump, { maxEventBytes: 1024 * 1024 });
    expect(counts).toEqual({ ...NOTHING_LOADED, added: events, known: 0 });

    await refresh(database.knex, { reason: 'test' });
    expect({
      silver: await countsOf(SILVER),
      gold: await countsOf(GOLD),
      certificate: await countsOf(CERTIFICATE),
    }).toEqual(expectedFigures(SCALE));
  });
});
