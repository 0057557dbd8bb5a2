// The walls of the house: which room may import which. Imports go one way; the API and the refresh
// never meet but in the database. A new room gets a line here before it gets a file.
const rooms = {
  // What everything may stand on.
  generated: ['query', 'resolvers', 'model', 'countries'],
  database: [],
  gates: [],
  // Names of countries: what is read and what is shown.
  countries: [],
  systems: [],
  lineage: ['systems'],
  tracing: [],
  // From Bronze to Gold.
  bronze: ['database', 'systems'],
  // What cannot be made again, in and out of a file.
  backup: ['database'],
  refresh: ['database', 'countries', 'gates', 'lineage', 'systems', 'tracing'],
  demo: [],
  // From a request to its answer.
  model: [],
  access: ['database'],
  query: ['model', 'access', 'countries', 'database'],
  export: ['query'],
  loaders: ['query', 'model', 'access', 'database'],
  resolvers: ['loaders', 'query', 'model', 'access', 'countries', 'generated'],
  server: ['resolvers', 'export', 'query', 'model', 'access', 'database', 'tracing'],
};

// Read by whoever starts a part of the program.
const readersOfConfig = ['server'];

// A package without code, which a resolver of code does not find.
const typesAlone = '^@graphql-typed-document-node/core$';

// Where everything is put together.
const composers = '^src/(commands/|cli\\.ts$)';

const inRooms = (names) => `^src/(${names.join('|')})/`;

const wallOf = ([room, mayImport]) => {
  const files = ['projectFolder', ...(readersOfConfig.includes(room) ? ['config'] : [])];
  return {
    name: `${room}-imports-only-its-own`,
    comment: `src/${room} may import ${mayImport.length === 0 ? 'no other room' : mayImport.join(', ')}.`,
    severity: 'error',
    from: { path: inRooms([room]) },
    to: {
      path: '^src/',
      pathNot: [inRooms([room, ...mayImport]), `^src/(${files.join('|')})\\.ts$`],
    },
  };
};

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    ...Object.entries(rooms).map(wallOf),
    {
      name: 'every-room-has-walls',
      comment: 'A room that is not listed in .dependency-cruiser.cjs may import nothing yet.',
      severity: 'error',
      from: { path: '^src/[^/]+/', pathNot: [inRooms(Object.keys(rooms)), composers] },
      to: { path: '^src/' },
    },
    {
      name: 'api-and-refresh-meet-in-the-database',
      comment: 'The API answers from what the refresh published, by no other way.',
      severity: 'error',
      from: {
        path: inRooms(['server', 'resolvers', 'loaders', 'export', 'query', 'model', 'access']),
      },
      to: { path: inRooms(['refresh', 'bronze', 'demo']), reachable: true },
    },
    {
      name: 'refresh-and-api-meet-in-the-database',
      comment: 'The refresh knows nothing of who asks.',
      severity: 'error',
      from: { path: inRooms(['refresh', 'bronze', 'demo']) },
      to: {
        path: inRooms(['server', 'resolvers', 'loaders', 'export', 'query', 'model', 'access']),
        reachable: true,
      },
    },
    {
      name: 'model-knows-no-sql',
      comment: 'The model is plain data.',
      severity: 'error',
      from: { path: inRooms(['model']) },
      to: { path: 'node_modules/(@types/)?(knex|pg|pg-[^/]+)/' },
    },
    {
      name: 'query-knows-no-graphql',
      comment: 'The query turns a model and arguments into SQL, whoever asks.',
      severity: 'error',
      from: { path: inRooms(['query']) },
      to: { path: 'node_modules/(graphql[^/]*|@graphql-[^/]+|@apollo)/' },
    },
    {
      name: 'sources-stand-alone',
      comment: 'What runs for users needs neither tests nor benches.',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^(test|bench|build|client)/' },
    },
    {
      name: 'sources-declare',
      comment: 'A source declares what it is; it is loaded by name and calls nothing.',
      severity: 'error',
      from: { path: '^sources/' },
      to: { pathNot: '^src/systems/declaration\\.ts$' },
    },
    {
      name: 'client-stands-alone',
      comment: 'Other projects copy it.',
      severity: 'error',
      from: { path: '^client/' },
      to: { pathNot: ['^client/', typesAlone] },
    },
    {
      name: 'sources-need-only-dependencies',
      comment: 'What runs for users is installed for users.',
      severity: 'error',
      from: { path: '^src/' },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'], pathNot: '/@types/' },
    },
    {
      name: 'no-cycles',
      comment:
        'Two files that need each other are one idea, or three. Generated types are both ends.',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { pathNot: '^src/generated/' } },
    },
    {
      name: 'no-orphans',
      comment: 'A file that nobody imports is either an entry point or forgotten.',
      severity: 'error',
      from: {
        orphan: true,
        pathNot: [
          '^src/cli\\.ts$',
          '\\.d\\.ts$',
          '\\.test\\.ts$',
          '^(test/support|bench|sources)/',
        ],
      },
      to: {},
    },
    {
      name: 'everything-is-found',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true, pathNot: typesAlone },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    // The servers that benchmarks compare with have packages of their own, installed only for them.
    exclude: { path: '^bench/(peers|node_modules)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { conditionNames: ['require', 'node', 'types', 'default'] },
  },
};
