// Which room may import which: build/rooms.cjs names them.
const { rooms } = require('./build/rooms.cjs');

// A package without code, which a resolver of code does not find.
const typesAlone = '^@graphql-typed-document-node/core$';

// Where everything is put together.
const composers = '^src/(commands/|cli\\.ts$)';

const inRooms = (names) => `^src/(${names.join('|')})/`;

const wallOf = ([room, { imports }]) => ({
  name: `${room}-imports-only-its-own`,
  comment: `src/${room} may import ${imports.length === 0 ? 'no other room' : imports.join(', ')}.`,
  severity: 'error',
  from: { path: inRooms([room]) },
  to: { path: '^src/', pathNot: [inRooms([room, ...imports]), '^src/ground/projectFolder\\.ts$'] },
});

/** Each door may import those that stand before it. */
const doorsOf = ([room, { doors = {} }]) => {
  const names = Object.keys(doors);
  const path = (door) => (door === '' ? `^src/${room}/[^/]+$` : `^src/${room}/${door}/`);
  const walls = names.map((door, place) => ({
    name: `${room}/${door || '*'}-imports-only-doors-before-it`,
    comment: `In src/${room} imports go one way: ${names.map((name) => name || 'its own files').join(' ← ')}.`,
    severity: 'error',
    from: { path: path(door) },
    to: { path: `^src/${room}/`, pathNot: names.slice(0, place + 1).map(path) },
  }));
  const unknown = {
    name: `${room}-has-no-other-doors`,
    comment: `A door of src/${room} that build/rooms.cjs does not name has no place yet.`,
    severity: 'error',
    from: { path: `^src/${room}/`, pathNot: names.map(path) },
    to: { path: '.' },
  };
  return names.length === 0 ? [] : [...walls, unknown];
};

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    ...Object.entries(rooms).map(wallOf),
    ...Object.entries(rooms).flatMap(doorsOf),
    {
      name: 'every-room-has-walls',
      comment: 'A room that build/rooms.cjs does not name may import nothing yet.',
      severity: 'error',
      from: { path: '^src/[^/]+/', pathNot: [inRooms(Object.keys(rooms)), composers] },
      to: { path: '^src/' },
    },
    {
      name: 'api-and-refresh-meet-in-the-database',
      comment: 'The API answers from what the refresh published, by no other way.',
      severity: 'error',
      from: {
        path: '^src/api/',
      },
      to: { path: '^src/(warehouse|demo)/', reachable: true },
    },
    {
      name: 'refresh-and-api-meet-in-the-database',
      comment: 'The refresh knows nothing of who asks.',
      severity: 'error',
      from: { path: '^src/(warehouse|demo)/' },
      to: {
        path: '^src/api/',
        reachable: true,
      },
    },
    {
      name: 'model-knows-no-sql',
      comment: 'The model is plain data.',
      severity: 'error',
      from: { path: inRooms(['api/model']) },
      to: { path: 'node_modules/(@types/)?(knex|pg|pg-[^/]+)/' },
    },
    {
      name: 'query-knows-no-graphql',
      comment: 'The query turns a model and arguments into SQL, whoever asks.',
      severity: 'error',
      from: { path: inRooms(['api/query']) },
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
      to: { pathNot: '^src/warehouse/systems/declaration\\.ts$' },
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
      to: { circular: true, viaOnly: { pathNot: '^src/api/generated/' } },
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
