import fc from 'fast-check';
import { loadConfig, misspelled } from '../../src/config/config';

const settings = Object.keys(loadConfig({}));
const meant = (name: string) =>
  misspelled({ [name]: 'x' }).map((line) => /(\w+)\?$/.exec(line)?.[1]);

test.each([
  ['PROT', 'PORT'],
  ['port', 'PORT'],
  ['MASK_BIN_FROM_YAER', 'MASK_BIN_FROM_YEAR'],
  ['MASK_BIN_YEAR_FROM', 'MASK_BIN_FROM_YEAR'],
  ['DATABASEURL', 'DATABASE_URL'],
  ['DATABASE_URI', 'DATABASE_URL'],
  ['DATADIR', 'DATA_DIR'],
  ['LOGLEVEL', 'LOG_LEVEL'],
  ['REFRESH_SHEDULE', 'REFRESH_SCHEDULE'],
  ['CORS_ORIGIN', 'CORS_ORIGINS'],
  ['RATE_REQUEST', 'RATE_REQUESTS'],
])('whoever sets %s is told of %s', (given, setting) => {
  expect(meant(given)).toEqual([setting]);
});

test('names of shells, systems, containers and other programs are left alone', () => {
  const others =
    'PATH PWD OLDPWD HOME HOSTNAME HOSTTYPE MACHTYPE OSTYPE USER LOGNAME SHELL SHLVL TERM LANG LC_ALL TZ MAIL DISPLAY ' +
    'EDITOR PAGER LESS TMPDIR XDG_DATA_DIRS XDG_DATA_HOME XDG_RUNTIME_DIR DBUS_SESSION_BUS_ADDRESS SSH_AUTH_SOCK ' +
    'NODE_ENV NODE_OPTIONS NODE_PATH NODE_EXTRA_CA_CERTS npm_config_cache npm_package_name npm_lifecycle_event npm_command ' +
    'PGHOST PGPORT PGUSER PGPASSWORD PGDATABASE PGDATA PGOPTIONS DATABASE_USER DATABASE_HOST DATABASE_PORT DATABASE_NAME ' +
    'KUBERNETES_PORT KUBERNETES_SERVICE_HOST KUBERNETES_SERVICE_PORT TECHORDA_PORT TECHORDA_SERVICE_HOST PORT_4000_TCP ' +
    'POSTGRES_PORT POSTGRES_USER DOCKER_HOST INVOCATION_ID JOURNAL_STREAM STATE_DIRECTORY RUNTIME_DIRECTORY CREDENTIALS_DIRECTORY ' +
    'OTEL_EXPORTER_OTLP_HEADERS OTEL_EXPORTER_OTLP_PROTOCOL OTEL_EXPORTER_OTLP_TIMEOUT OTEL_RESOURCE_ATTRIBUTES OTEL_TRACES_SAMPLER ' +
    'OTEL_LOG_LEVEL HTTP_PROXY HTTPS_PROXY NO_PROXY CI GITHUB_TOKEN TEST_DATABASE_URL JAVA_HOME GOPATH PORTS HOSTS GHOST ROLE POST';
  expect(others.split(' ').flatMap((name) => misspelled({ [name]: 'x' }))).toEqual([]);
});

test('no setting is taken for another', () => {
  expect(misspelled(Object.fromEntries(settings.map((name) => [name, 'x'])))).toEqual([]);
});

test('two neighbouring letters that are swapped are always noticed', () => {
  const swapped = fc.constantFrom(...settings).chain((name) =>
    fc.integer({ min: 0, max: name.length - 2 }).map((at) => {
      const letters = [...name];
      [letters[at], letters[at + 1]] = [letters[at + 1] ?? '', letters[at] ?? ''];
      return { name, wrong: letters.join('') };
    }),
  );
  fc.assert(
    fc.property(swapped, ({ name, wrong }) => {
      fc.pre(!settings.includes(wrong));
      expect([wrong, meant(wrong)]).toEqual([wrong, [name]]);
    }),
  );
});
