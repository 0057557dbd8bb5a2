import fc from 'fast-check';
import { parseCrontab } from 'graphile-worker';
import { loadConfig } from '../../src/config';
import { isCronSchedule } from '../../src/cronSchedule';

test.each([
  [
    { REFRESH_SCHEDULE: '61 * * * *' },
    'REFRESH_SCHEDULE is "61 * * * *"; expected five cron fields (minute 0-59, hour 0-23, day 1-31, month 1-12, day of the week 0-7), such as */15 * * * *.',
  ],
  [
    { LOG_LEVEL: 'loud' },
    'LOG_LEVEL is "loud"; expected one of fatal, error, warn, info, debug, trace, silent.',
  ],
  [
    { HOST: 'not a host' },
    'HOST is "not a host"; expected an address of this machine, such as 127.0.0.1, ::1 or 0.0.0.0.',
  ],
  [{ PORT: '65536' }, 'PORT is "65536"; expected a whole number from 0 to 65535.'],
])('the wrong setting %o is told in one sentence', (environment, sentence) => {
  expect(() => loadConfig(environment)).toThrow(new Error(sentence));
});

test.each(['127.0.0.1', '::', '::1', '0.0.0.0', 'localhost', 'api.example.kz', 'fe80::1%eth0'])(
  'the host %s is taken',
  (HOST) => {
    expect(loadConfig({ HOST }).HOST).toBe(HOST);
  },
);

const number = fc.integer({ min: 0, max: 70 }).map(String);
const part = fc.oneof(
  number,
  fc.constantFrom('*', '*/0', '*/5', '*/100', '-', '/2', 'MON', ''),
  fc.tuple(number, number).map(([from, to]) => `${from}-${to}`),
);
const field = fc.array(part, { minLength: 1, maxLength: 3 }).map((parts) => parts.join(','));
const small = fc.oneof(fc.constant('*'), fc.integer({ min: 0, max: 8 }).map(String));
const schedule = fc
  .array(fc.oneof({ weight: 4, arbitrary: small }, { weight: 1, arbitrary: field }), {
    minLength: 4,
    maxLength: 6,
  })
  .map((fields) => fields.join(' '));

test('a schedule is taken where the job queue understands it, and nowhere else', () => {
  fc.assert(
    fc.property(schedule, (text) => {
      let understood = true;
      try {
        parseCrontab(`${text} refresh`);
      } catch {
        understood = false;
      }
      expect([text, isCronSchedule(text)]).toEqual([text, understood]);
    }),
    { numRuns: 2_000 },
  );
});
