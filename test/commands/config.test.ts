import fc from 'fast-check';
import { parseCrontab } from 'graphile-worker';
import { loadConfig } from '../../src/config/config';
import { everFires, isCronSchedule } from '../../src/config/cronSchedule';

test.each([
  [
    { REFRESH_SCHEDULE: '61 * * * *' },
    'REFRESH_SCHEDULE is "61 * * * *"; expected five cron fields (minute 0-59, hour 0-23, day 1-31, month 1-12, day of the week 0-7), such as */15 * * * *.',
  ],
  ...['0 0 31 2 *', '0 0 31 4,6,9,11 *', '0 0 30-31 2 */1', '*/61 * * * *', '0 */25 * * *'].map(
    (REFRESH_SCHEDULE): [Record<string, string>, string] => [
      { REFRESH_SCHEDULE },
      `REFRESH_SCHEDULE is ${JSON.stringify(REFRESH_SCHEDULE)}; expected a schedule that fires some day, with no step longer than its field (*/60 * * * *), such as */15 * * * *.`,
    ],
  ),
  [
    { RECONCILE_SCHEDULE: '0 0 31 2 *' },
    'RECONCILE_SCHEDULE is "0 0 31 2 *"; expected a schedule that fires some day, with no step longer than its field (*/60 * * * *), such as */15 * * * *.',
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
  ...[
    'bin_missing',
    'nothing=warn',
    'bin_missing=',
    'bin_missing=loud',
    'bin_missing=5',
    'bin_missing=warn,hold',
    'bin_missing=1%,2%',
    'bin_missing=warn;bin_missing=hold',
    'keys_repeated=warn',
  ].map((GATES): [Record<string, string>, string] => [
    { GATES },
    `GATES is ${JSON.stringify(GATES)}; expected gates with what holds of them, such as bin_missing=warn,0.5%;rows_gone=10%, of bin_missing, certificate_missing, defective_reports, rows_gone.`,
  ]),
])('the wrong setting %o is told in one sentence', (environment, sentence) => {
  expect(() => loadConfig(environment)).toThrow(new Error(sentence));
});

test('a folder of trusted documents that cannot be read is named together with what else is wrong', () => {
  const wrong = { TRUSTED_DOCUMENTS: '/nowhere/documents', PORT: 'x', MASK_BIN_FROM_YEAR: 'x' };
  expect(() => loadConfig(wrong)).toThrow(
    new Error(
      [
        'PORT is "x"; expected a whole number from 0 to 65535.',
        'MASK_BIN_FROM_YEAR is "x"; expected a whole number from 0 to 32767.',
        'TRUSTED_DOCUMENTS is "/nowhere/documents"; expected a folder that can be read.',
      ].join('\n'),
    ),
  );
  expect(() => loadConfig({ TRUSTED_DOCUMENTS: __filename })).toThrow('a folder that can be read');
  expect(loadConfig({ TRUSTED_DOCUMENTS: __dirname }).TRUSTED_DOCUMENTS).toBe(__dirname);
});

test('gates are set by name, each with a severity, a limit or both', () => {
  const { GATES } = loadConfig({ GATES: 'bin_missing=warn, 0.5% ; rows_gone=10%;' });
  expect([...GATES]).toEqual([
    ['bin_missing', { severity: 'WARN', limit: 0.5 }],
    ['rows_gone', { limit: 10 }],
  ]);
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

/** Whether the queue has a day for it, in eight years of which one is a leap year. */
function hasDay(text: string): boolean {
  const [, , ...days] = text.split(' ');
  const [item] = parseCrontab(`* * ${days.join(' ')} refresh`);
  for (let day = Date.UTC(2027, 0, 1); day < Date.UTC(2035, 0, 1); day += 86_400_000) {
    const at = new Date(day);
    const digest = {
      min: 0,
      hour: 0,
      date: at.getUTCDate(),
      month: at.getUTCMonth() + 1,
      dow: at.getUTCDay(),
    };
    if (item?.match(digest)) return true;
  }
  return false;
}

const MAX_STEP = [60, 24, 31, 12, 7];
const hasShortSteps = (text: string) =>
  text.split(' ').every((field, index) =>
    field.split(',').every((part) => {
      const step = /^\*\/(\d+)$/.exec(part)?.[1];
      return step === undefined || Number(step) <= (MAX_STEP[index] ?? 0);
    }),
  );

const days = fc.tuple(
  fc.oneof(fc.constantFrom('*', '31', '30', '29', '30-31', '*/1', '1-31', '31,30'), field),
  fc.oneof(fc.constantFrom('*', '2', '4,6', '2,11', '*/12'), field),
  fc.oneof(fc.constantFrom('*', '*/1', '0-6', '1-7', '0-5,7', '1', '7'), field),
);

test('a schedule fires some day exactly where the job queue has a day for it, and its steps are within its fields', () => {
  fc.assert(
    fc.property(days, (fields) => {
      const text = `0 */6 ${fields.join(' ')}`;
      fc.pre(isCronSchedule(text));
      expect([text, everFires(text)]).toEqual([text, hasShortSteps(text) && hasDay(text)]);
    }),
    { numRuns: 1_000 },
  );
});

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

test.each([
  [
    { JWT_ISSUER: 'https://identity.example.kz/' },
    'JWT_AUDIENCE and JWT_JWKS_URL are not set; expected all of JWT_ISSUER, JWT_AUDIENCE, JWT_JWKS_URL or none, and JWT_ISSUER is.',
  ],
  [
    { JWT_ALGORITHMS: 'RS256,HS256' },
    'JWT_ALGORITHMS is "RS256,HS256"; expected some of RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384, ES512, EdDSA, with commas between them.',
  ],
  [
    { ROLES: 'analyst=marts:reed' },
    'ROLES is "analyst=marts:reed"; expected roles such as analyst=marts:read,quality:read;operator=refresh:run, of the rights marts:read, bin:read, bin:lookup, quality:read, refresh:run, keys:manage.',
  ],
  [
    { JWT_LEEWAY_SECONDS: '601' },
    'JWT_LEEWAY_SECONDS is "601"; expected a whole number from 0 to 600.',
  ],
])('the wrong setting %o for tokens is told in one sentence', (environment, sentence) => {
  expect(() => loadConfig(environment)).toThrow(new Error(sentence));
});

test('keys of an identity provider are not fetched unprotected over a network', () => {
  const address = (JWT_JWKS_URL: string) =>
    loadConfig({ JWT_ISSUER: 'i', JWT_AUDIENCE: 'a', JWT_JWKS_URL }).JWT_JWKS_URL;
  expect(address('https://identity.example.kz/jwks')).toBe('https://identity.example.kz/jwks');
  expect(address('http://127.0.0.1:8080/jwks')).toBe('http://127.0.0.1:8080/jwks');
  for (const wrong of ['http://identity.example.kz/jwks', 'file:///jwks', 'jwks']) {
    expect(() => address(wrong)).toThrow('expected an address that begins with https://');
  }
});

test('roles are named sets of rights', () => {
  expect([
    ...loadConfig({ ROLES: ' analyst = marts:read , bin:read ; operator=refresh:run;' }).ROLES,
  ]).toEqual([
    ['analyst', ['marts:read', 'bin:read']],
    ['operator', ['refresh:run']],
  ]);
  expect(loadConfig({}).ROLES.size).toBe(0);
});

test('origins of pages are named one by one', () => {
  const origins = (CORS_ORIGINS: string) => loadConfig({ CORS_ORIGINS }).CORS_ORIGINS;
  expect(origins('https://a.example.kz, http://localhost:5173')).toEqual([
    'https://a.example.kz',
    'http://localhost:5173',
  ]);
  expect(loadConfig({}).CORS_ORIGINS).toEqual([]);
  for (const wrong of ['*', 'https://a.example.kz/', 'a.example.kz', 'https://*.example.kz/x']) {
    expect(() => origins(wrong)).toThrow('expected origins such as https://dashboard.example.kz');
  }
});
