import { join } from 'node:path';
import { runTypeScript } from '../../support/programs/childProcess';
import { createTestDatabase } from '../../support/databases/database';
import { startCollector, type CollectedSpan } from './collector';
import { BIN, CALLER, NAME } from './secrets';

const program = join(__dirname, 'tracedProgram.ts');

let spans: CollectedSpan[];
let exported: string;
let logged: string;

beforeAll(async () => {
  const warehouse = await createTestDatabase();
  const collector = await startCollector();
  const { code, output } = await runTypeScript(program, [warehouse.url, collector.endpoint]).ended;
  expect([code, code === 0 ? '' : output]).toEqual([0, '']);
  logged = output;
  spans = collector.spans();
  exported = collector.text();
  await collector.stop();
  await warehouse.drop();
});

const childrenOf = ({ spanId }: CollectedSpan) =>
  spans.filter(({ parentSpanId }) => parentSpanId === spanId);

test('a request is a span of its operation, within that of the caller, with its statements', () => {
  const request = spans.find(({ name }) => name === 'query Secrets');
  expect(request).toMatchObject({
    traceId: CALLER.traceId,
    parentSpanId: CALLER.spanId,
    facts: {
      'http.request.method': 'POST',
      'http.route': '/graphql',
      'http.response.status_code': 200,
      'graphql.operation.type': 'query',
      'graphql.operation.name': 'Secrets',
      'graphql.document.hash': expect.stringMatching(/^[0-9a-f]{64}$/) as string,
    },
  });
  const statements = childrenOf(request as CollectedSpan);
  const texts = statements.map(({ facts }) => String(facts['db.query.text']));
  expect(texts.some((text) => text.includes('"gold"."general_indicators"'))).toBe(true);
  expect(statements.every(({ facts }) => facts['db.system.name'] === 'postgresql')).toBe(true);
});

test('a refresh is a span with a child for each step, and its log names the trace', () => {
  const refreshSpan = spans.find(({ name }) => name === 'refresh') as CollectedSpan;
  expect(refreshSpan.facts).toEqual({
    'techorda.refresh.reason': 'test',
    'techorda.refresh.run': '1',
    'techorda.refresh.status': 'PUBLISHED',
  });
  const steps = childrenOf(refreshSpan).map(({ name }) => name);
  expect(steps).toEqual(
    expect.arrayContaining(['refresh silver.companies', 'refresh gold.financing', 'refresh gates']),
  );
  const lines = logged.split('\n').filter((line) => line.includes('"runId":"1"'));
  expect(lines.length).toBeGreaterThan(10);
  for (const line of lines) expect(line).toContain(`"traceId":"${refreshSpan.traceId}"`);
});

test('lines of the log belong to the trace of their request', () => {
  const line = logged.split('\n').find((each) => each.includes(CALLER.traceId));
  expect(JSON.parse(line ?? '{}')).toMatchObject({ msg: 'request', status: 200 });
});

test('no BIN, no name and no variable leaves the process with spans', () => {
  expect(spans.length).toBeGreaterThan(20);
  for (const secret of [BIN, NAME, 'Тайный', '1234567']) expect(exported).not.toContain(secret);
  expect(spans.map(({ name }) => name)).toContain('query Q[digits]');
});

test('nothing of the SDK is loaded, and nothing told, where no collector is named', async () => {
  const other = await createTestDatabase();
  const { code, output } = await runTypeScript(program, [other.url]).ended;
  await other.drop();
  expect(code).toBe(0);
  expect(output).toMatch(/^modules of the SDK: 0$/m);
  expect(output).not.toContain('traceId');
  expect(logged).toMatch(/^modules of the SDK: [1-9]/m);
});
