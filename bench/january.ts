import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createKey } from '../src/api/access/keys/keys';
import { fillDemonstration } from '../src/commands/preparing/fillDemonstration';
import { serve } from '../src/commands/serve';
import { loadConfig } from '../src/config/config';
import { connect } from '../src/ground/database/connecting/connect';
import { startEmbeddedPostgres } from '../src/ground/database/embedded/startEmbeddedPostgres';
import { migrate } from '../src/ground/database/migrating/migrate';
import { refresh } from '../src/warehouse/refresh/run/refresh';
import { createLog } from '../src/api/server/log/log';

/**
 * The figures of January 2026, from 287,290 change events to the API's answers over HTTP. Exits with 1
 * where one of them is another.
 *
 *   npm run bench:january
 */

const QUERY = `{
  dataQuality { marts { mart rows binMissing certificate { report participant serviceRequest missing } } }
  generalIndicatorsGroups(by: []) { nodes { companies } }
  participants { totalCount }
  masked: generalIndicators(filter: {year: {gte: 2021}, bin: {startsWith: "777777"}}) { totalCount }
  shown: generalIndicators(filter: {year: {gte: 2021}, bin: {isNull: false}}) { totalCount }
}`;

interface Quality {
  readonly mart: string;
  readonly rows: number;
  readonly binMissing: number;
  readonly certificate: Readonly<
    Record<'report' | 'participant' | 'serviceRequest' | 'missing', number>
  >;
}

interface Answer {
  readonly dataQuality: { readonly marts: readonly Quality[] };
  readonly generalIndicatorsGroups: { readonly nodes: readonly { readonly companies: number }[] };
  readonly participants: { readonly totalCount: number };
  readonly masked: { readonly totalCount: number };
  readonly shown: { readonly totalCount: number };
}

async function ask(url: string, key: string): Promise<Answer> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
    body: JSON.stringify({ query: QUERY }),
  });
  const { data, errors } = (await response.json()) as { data?: Answer; errors?: unknown };
  if (data === undefined) throw new Error(JSON.stringify(errors));
  return data;
}

function figures(
  answer: Answer,
): (readonly [title: string, expected: number, found: number | undefined])[] {
  const { marts } = answer.dataQuality;
  const byCountry = marts.find(({ mart }) => mart === 'exportByCountry');
  const [first] = marts.filter((mart) => mart !== byCountry);
  const { certificate } = first ?? {};
  return [
    ...marts
      .filter((mart) => mart !== byCountry)
      .map(({ mart, rows }) => [`${mart}, rows`, 27_259, rows] as const),
    ['exportByCountry, rows', 7_737, byCountry?.rows],
    ['companies that reported', 2_983, answer.generalIndicatorsGroups.nodes[0]?.companies],
    ['participants', 3_400, answer.participants.totalCount],
    [
      'certificates missing in the report',
      85,
      certificate && (first?.rows ?? 0) - certificate.report,
    ],
    ['certificates missing after resolution', 2, certificate?.missing],
    ['BINs missing', 2, first?.binMissing],
    ['BINs from 2021 on that a pseudonym hides', answer.shown.totalCount, answer.masked.totalCount],
  ];
}

async function main(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'techorda-january-'));
  const server = await startEmbeddedPostgres({ dataDir: folder });
  const database = connect(server.url, { poolSize: 4, applicationName: 'bench' });
  try {
    await migrate(database);
    await fillDemonstration(database, 1, () => undefined);
    await refresh(database, { reason: 'bench' });
    const config = loadConfig({ PORT: '0', LOG_LEVEL: 'warn' });
    const api = await serve({ config, databaseUrl: server.url, log: createLog(config) });
    try {
      const { key } = await createKey(database, {
        name: 'bench',
        rights: 'marts:read,quality:read',
      });
      let wrong = 0;
      for (const [title, expected, found] of figures(await ask(api.url, key))) {
        if (found !== expected) wrong += 1;
        console.log(
          `${title.padEnd(44)}${String(expected).padStart(8)}${String(found).padStart(8)}  ${found === expected ? 'as it must be' : 'WRONG'}`,
        );
      }
      process.exitCode = wrong === 0 ? 0 : 1;
    } finally {
      await api.close();
    }
  } finally {
    await database.destroy();
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

void main();
