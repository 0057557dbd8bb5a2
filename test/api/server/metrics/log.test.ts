import fc from 'fast-check';
import { Writable } from 'node:stream';
import { createLog } from '../../../../src/api/server/log/log';
import { isoTime } from '../../../../src/api/server/log/logTime';
import { logRequest } from '../../../../src/api/server/log/requestLog';
import { publishVersion, serveTest, until, type ServedDatabase } from '../support';

let served: ServedDatabase;
beforeAll(async () => {
  served = await serveTest();
  await publishVersion(served.database);
});
afterAll(() => served.stop());

interface Line {
  readonly level: number;
  readonly time: string;
  readonly route?: string;
}

const [DEBUG, INFO] = [20, 30];

const linesOf = (text: string) =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Line);

test('probes and scrapes that are answered well are logged at debug, all else at info', async () => {
  for (const path of ['/healthz', '/readyz', '/metrics', '/nowhere', '/graphql?query={one}']) {
    await fetch(served.url + path);
  }
  await until(() => served.log().includes('"route":"/graphql"'));
  const levels = linesOf(served.log()).flatMap(({ route, level }) =>
    route === undefined ? [] : [[route, level]],
  );
  expect(levels).toEqual([
    ['/healthz', DEBUG],
    ['/readyz', DEBUG],
    ['/metrics', DEBUG],
    ['none', INFO],
    ['/graphql', INFO],
  ]);
});

test('a probe that fails is logged at info', () => {
  let text = '';
  const stream = new Writable({
    write(chunk: Buffer, _, done) {
      text += chunk.toString();
      done();
    },
  });
  const log = createLog({ LOG_LEVEL: 'info' }, stream);
  const probe = { requestId: '1', method: 'GET', elapsed: 1, viewer: null, clearBins: 0 };
  logRequest(log, { ...probe, route: '/readyz', status: 200 });
  logRequest(log, { ...probe, route: '/readyz', status: 503 });
  expect(linesOf(text)).toEqual([expect.objectContaining({ level: INFO, status: 503 })]);
});

test('the time of each line of the log is ISO 8601 in UTC', async () => {
  const before = new Date().toISOString();
  await fetch(`${served.url}/healthz`);
  await until(() => linesOf(served.log()).some(({ time }) => time >= before));
  for (const { time } of linesOf(served.log())) {
    expect(time).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  }
});

test('times are those of Date, in whatever order the clock gives them', () => {
  const moment = fc.integer({ min: 0, max: 4_102_444_800_000 });
  fc.assert(
    fc.property(fc.array(fc.oneof(moment, fc.integer({ min: 0, max: 2_000 }))), (moments) => {
      expect(moments.map(isoTime)).toEqual(moments.map((each) => new Date(each).toISOString()));
    }),
  );
});
