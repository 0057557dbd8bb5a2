import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Client } from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import { certificateExpressions, certificateJoins } from '../src/api/query/columns/certificate';
import { benchData, type BenchData } from './serving/data';
import { median } from './serving/median';
import { startServer } from './serving/servers';

/**
 * Exports of whole marts beside a bare COPY … TO STDOUT of the same rows and columns in the same order, read by
 * this process alone: how long each takes until the last byte is here, in turn, and the memory of the server.
 *
 *   npm run bench:export -- --scale 1,10 --data ../bench-data
 */

const CERTIFICATE = Object.values(certificateExpressions)
  .map(({ text }) => `, ${text}`)
  .join('');

const FILES = [
  { title: 'financing, its own 17 columns', mart: 'financing', certificate: false },
  { title: 'financing with the certificate', mart: 'financing', certificate: true },
  {
    title: 'general indicators with the certificate',
    mart: 'generalIndicators',
    certificate: true,
  },
] as const;
type File = (typeof FILES)[number];

const WAYS = ['csv', 'csv, gzip', 'ndjson', 'ndjson, gzip'] as const;

const tableOf = ({ mart }: File) =>
  `gold.${mart.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)}`;

async function timed(work: () => Promise<number>): Promise<{ seconds: number; bytes: number }> {
  const begin = performance.now();
  const bytes = await work();
  return { seconds: (performance.now() - begin) / 1_000, bytes };
}

async function lengthOf(chunks: AsyncIterable<Buffer>): Promise<number> {
  let bytes = 0;
  for await (const chunk of chunks) bytes += chunk.length;
  return bytes;
}

async function columnsOf(client: Client, file: File): Promise<string> {
  const { rows } = await client.query<{ column: string }>(
    `select attname as column from pg_attribute
     where attrelid = $1::regclass and attnum > 0 and not attisdropped and attname <> 'bin' order by attnum`,
    [tableOf(file)],
  );
  return rows.map(({ column }) => `m.${column}`).join(', ');
}

async function bareCopy(client: Client, file: File): Promise<number> {
  const more = file.certificate ? CERTIFICATE : '';
  const select = `select ${await columnsOf(client, file)}${more}
    from ${tableOf(file)} m ${file.certificate ? certificateJoins.text : ''} order by m.report_id`;
  return lengthOf(client.query(copyTo(`copy (${select}) to stdout`)));
}

/** All that a caller without bin:read gets. */
async function exported(url: string, key: string, file: File, way: string): Promise<number> {
  const [format = '', packed] = way.split(', ');
  const names = await fieldsOf(url, key, file);
  const address = `${url}/export/${file.mart}.${format}?fields=${names}`;
  const headers = { authorization: `Bearer ${key}`, 'accept-encoding': packed ?? 'identity' };
  const [response] = (await once(get(address, { headers }), 'response')) as [IncomingMessage];
  if (response.statusCode !== 200) throw new Error(`${address}: ${String(response.statusCode)}`);
  const bytes = await lengthOf(response);
  if (!response.complete) throw new Error(`${address} broke off.`);
  return bytes;
}

const heads = new Map<string, string>();

/** The names of the columns, without the certificate where the copy has none. */
async function fieldsOf(url: string, key: string, file: File): Promise<string> {
  const known = heads.get(file.title);
  if (known !== undefined) return known;
  const response = await fetch(`${url}/export/${file.mart}.csv?filter={"year":{"lt":0}}`, {
    headers: { authorization: `Bearer ${key}` },
  });
  const names = (await response.text()).trim().split(',');
  const kept = names
    .filter((name) => file.certificate || !name.startsWith('certificate.'))
    .join(',');
  heads.set(file.title, kept);
  return kept;
}

async function measure(data: BenchData, scale: number, rounds: number): Promise<void> {
  const server = await startServer('techorda', { DATABASE_URL: data.url, LOG_LEVEL: 'warn' });
  const client = new Client({ connectionString: data.url, options: '-c timezone=UTC' });
  await client.connect();
  try {
    const url = server.url.replace('/graphql', '');
    console.log(`\n${String(scale)} × January`.padEnd(45) + 'seconds      MB   speed / bare COPY');
    for (const file of FILES) {
      const runs = new Map<string, { seconds: number; bytes: number }[]>();
      const run = async (way: string, work: () => Promise<number>) =>
        runs.set(way, [...(runs.get(way) ?? []), await timed(work)]);
      for (let round = 0; round <= rounds; round += 1) {
        // The first round warms up.
        if (round === 1) runs.clear();
        await run('bare COPY', () => bareCopy(client, file));
        for (const way of WAYS) await run(way, () => exported(url, data.key, file, way));
      }
      console.log(file.title);
      const seconds = (way: string) => median((runs.get(way) ?? []).map((each) => each.seconds));
      for (const [way, found] of runs) {
        const ratio = way === 'bare COPY' ? '' : (seconds('bare COPY') / seconds(way)).toFixed(2);
        const megabytes = ((found[0]?.bytes ?? 0) / 1e6).toFixed(1);
        console.log(
          `  ${way.padEnd(40)}${seconds(way).toFixed(3).padStart(9)}${megabytes.padStart(8)}${ratio.padStart(20)}`,
        );
      }
    }
  } finally {
    await client.end();
    console.log(`memory of the server at most: ${String(await server.end())} MB`);
  }
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      scale: { type: 'string', default: '1' },
      rounds: { type: 'string', default: '7' },
      data: { type: 'string' },
    },
  });
  execFileSync(process.execPath, [join(__dirname, '../build/build.mjs')], { stdio: 'ignore' });
  const ends: (() => Promise<unknown>)[] = [];
  process.once('SIGINT', () => {
    void Promise.all(ends.map((end) => end())).then(() => process.exit(130));
  });
  for (const scale of values.scale.split(',').map(Number)) {
    const folder = values.data && join(values.data, `scale-${String(scale)}`);
    const data = await benchData(scale, folder, (end) => ends.unshift(end));
    try {
      await measure(data, scale, Number(values.rounds));
    } finally {
      await data.close();
    }
  }
}

void main();
