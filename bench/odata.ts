import { execFileSync } from 'node:child_process';
import { Agent, get, request, type IncomingMessage } from 'node:http';
import { once } from 'node:events';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { benchData, type BenchData } from './serving/data';
import { median } from './serving/median';
import { startServer } from './serving/servers';

/**
 * A page of 1,000 rows by OData beside the same rows as a page of GraphQL, asked in turn over one connection each, with
 * no answer kept: how many a second, and the one as a part of the other.
 *
 *   npm run bench:odata -- --data ../bench-data
 */

const FIELDS = [
  ...[
    'reportId',
    'serviceRequestId',
    'companyId',
    'year',
    'reportType',
    'bin',
    'binMasked',
    'companyName',
  ],
  ...[
    'signedAt',
    'superseded',
    'loanFunds',
    'foreignLoanFunds',
    'totalFunding',
    'attractedInvestments',
  ],
];
const PAGE = 1_000;

const QUESTIONS = [
  { title: 'by the key', odata: '', graphql: '' },
  {
    title: 'of some years, by an amount',
    odata: '&$filter=year ge 2022&$orderby=loanFunds desc',
    graphql: ', filter: {year: {gte: 2022}}, orderBy: [{field: LOAN_FUNDS, direction: DESC}]',
  },
] as const;
type Question = (typeof QUESTIONS)[number];

const agent = new Agent({ keepAlive: true, maxSockets: 1 });

async function lengthOf(response: IncomingMessage): Promise<number> {
  let bytes = 0;
  for await (const chunk of response) bytes += (chunk as Buffer).length;
  if (response.statusCode !== 200) throw new Error(`Status ${String(response.statusCode)}`);
  return bytes;
}

async function byOdata(root: string, key: string, { odata }: Question): Promise<number> {
  const query = `$select=${FIELDS.join(',')}${odata}`.replaceAll(' ', '%20');
  const asked = get(`${root}/odata/financing?${query}`, { agent, headers: { 'x-api-key': key } });
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  return lengthOf(response);
}

async function byGraphql(root: string, key: string, { graphql }: Question): Promise<number> {
  const query = `{ financing(first: ${String(PAGE)}${graphql}) { nodes { ${FIELDS.join(' ')} } pageInfo { endCursor hasNextPage } } }`;
  const asked = request(`${root}/graphql`, {
    agent,
    method: 'POST',
    headers: { 'x-api-key': key, 'content-type': 'application/json' },
  });
  asked.end(JSON.stringify({ query }));
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  return lengthOf(response);
}

async function measure(data: BenchData, rounds: number): Promise<void> {
  const server = await startServer('techorda', {
    DATABASE_URL: data.url,
    LOG_LEVEL: 'warn',
    ANSWER_CACHE_BYTES: '0',
    RATE_REQUESTS: '0',
    RATE_COST: '0',
  });
  try {
    const root = server.url.replace('/graphql', '');
    for (const question of QUESTIONS) {
      const times: Record<'odata' | 'graphql', number[]> = { odata: [], graphql: [] };
      const ask = async (way: 'odata' | 'graphql') => {
        const begin = performance.now();
        await (way === 'odata' ? byOdata : byGraphql)(root, data.key, question);
        times[way].push(performance.now() - begin);
      };
      for (let round = 0; round < 2 * rounds; round += 1) {
        // The first half warms up.
        if (round === rounds) Object.assign(times, { odata: [], graphql: [] });
        await ask('odata');
        await ask('graphql');
      }
      const [odata, graphql] = [median(times.odata), median(times.graphql)];
      console.log(
        `${question.title.padEnd(32)}GraphQL ${graphql.toFixed(1)} ms, OData ${odata.toFixed(1)} ms: ${(graphql / odata).toFixed(2)} of its speed`,
      );
    }
  } finally {
    console.log(`memory of the server at most: ${String(await server.end())} MB`);
  }
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { rounds: { type: 'string', default: '150' }, data: { type: 'string' } },
  });
  execFileSync(process.execPath, [join(__dirname, '../build/build.mjs')], { stdio: 'ignore' });
  const ends: (() => Promise<unknown>)[] = [];
  try {
    const data = await benchData(1, values.data, (end) => ends.unshift(end));
    await measure(data, Number(values.rounds));
  } finally {
    agent.destroy();
    for (const end of ends) await end().catch(() => undefined);
  }
}

void main();
