// The rooms of src: what each holds and which others it may import. Imports go one way; the two wings, api and
// warehouse, never meet but in the database. Read by .dependency-cruiser.cjs, which holds the walls, and by
// build/drawRooms.mjs, which draws them into CONTRIBUTING.md. A new room gets a line here before it gets a file.

/** @type {Record<string, { holds: string, imports: string[], doors?: Record<string, string> }>} */
const rooms = {
  // What everything may stand on.
  'ground/countries': { holds: 'names of countries: what is read and what is shown', imports: [] },
  'ground/database': {
    holds: 'pools, locks, migrations, the job queue, accounts, the embedded server',
    imports: [],
  },
  'ground/types': {
    holds: 'the types of values: what is read, what PostgreSQL calls them, how they are written',
    imports: [],
  },
  'ground/tracing': {
    holds: 'spans, and the OpenTelemetry SDK, loaded only where a collector is configured',
    imports: [],
  },

  // From Bronze to Gold.
  'warehouse/systems': {
    holds: 'the declarations of `sources/`, and which topic bears which table',
    imports: [],
  },
  'warehouse/lineage': {
    holds: 'what the SELECTs of Silver and Gold declare: what each reads, its key, its order',
    imports: ['warehouse/systems'],
  },
  'warehouse/gates': {
    holds: 'gates as their files and settings declare them, and the judgement',
    imports: [],
  },
  'warehouse/bronze': {
    holds: 'Debezium records → Bronze rows, quarantine, compaction',
    imports: ['ground/database', 'warehouse/systems'],
    doors: {
      record: 'one record of a dump or a topic: read, checked, made a row',
      dump: 'files → lines → records',
      '': 'batches of records into Bronze, and what is done with those that lie there',
    },
  },
  'warehouse/backup': {
    holds: 'what cannot be made again, in and out of one file',
    imports: ['ground/database'],
  },
  'warehouse/refresh': {
    holds: 'Bronze → Silver → Gold: what changed, apply, publish; the worker',
    imports: [
      'ground/database',
      'ground/countries',
      'ground/tracing',
      'warehouse/systems',
      'warehouse/lineage',
      'warehouse/gates',
    ],
    doors: {
      record: 'what a run is, its steps, and what is written of them',
      tables: 'the rows of Silver and Gold: which to read again, and how',
      run: 'one refresh, from the lock to the publication',
    },
  },
  'warehouse/reconcile': {
    holds: 'rebuilds what stands and compares',
    imports: [
      'ground/database',
      'ground/tracing',
      'warehouse/systems',
      'warehouse/lineage',
      'warehouse/refresh',
    ],
  },
  'warehouse/schedule': {
    holds: 'the worker: when refreshes and comparisons run',
    imports: ['ground/database', 'warehouse/gates', 'warehouse/refresh', 'warehouse/reconcile'],
  },

  // From a request to its answer.
  'api/model': { holds: 'SDL directives → plain data → derived SDL', imports: ['ground/types'] },
  'api/access': {
    holds: 'who asks: keys, rights, and the one place that decides what of a BIN is seen',
    imports: ['ground/database'],
    doors: {
      '': 'the viewer: rights, scope and visibility',
      bins: 'what a viewer sees of a BIN',
      ledger: 'who saw what',
      keys: 'keys: made, known, revoked',
      tokens: 'tokens of an identity provider',
    },
  },
  'api/query': {
    holds: 'model + arguments → SQL; knows no GraphQL',
    imports: ['api/model', 'api/access', 'ground/countries', 'ground/database', 'ground/types'],
    doors: {
      values: 'a value of a type: read, compared, shown',
      columns: 'what a caller sees of a row, column by column',
      arguments: 'filters, orders, cursors, windows',
      pages: 'rows, page by page',
      text: 'rows as the JSON that PostgreSQL or the socket gives',
      aggregates: 'what a group is made of: its keys, its filters, the totals of measures',
      rollups: 'what rows come to, kept ready: what is kept, and which groups are made of it',
      smallGroups: 'which groups tell of too few',
      groups: 'groups, page by page',
      quality: 'defects, coverage, missing values, reconciliation',
      records: 'runs, quarantine, freshness',
      views: 'the same as SQL views',
      '': 'the model against the tables that are there',
    },
  },
  'api/export': {
    holds: "COPY's cells → lines of CSV and NDJSON, byte by byte",
    imports: ['api/query', 'ground/types'],
  },
  'api/odata': {
    holds:
      'OData 4 without HTTP and without SQL: what is asked, the model as CSDL, the answer as JSON',
    imports: ['api/model'],
    doors: {
      '': 'what is refused',
      model: 'what is served, as plain data, and the marts as such data',
      syntax: 'addresses, literals and expressions, by the ABNF of OData',
      asked: 'what names and values in a request mean',
      csdl: 'the model as XML and JSON, with annotations',
      answer: 'the form, the page, the links and the text of an answer',
    },
  },
  'api/loaders': {
    holds: 'DataLoaders, one set a request',
    imports: ['api/query', 'api/model', 'api/access', 'ground/database'],
  },
  'api/generated': {
    holds: 'the types of the served schema; never edited',
    imports: ['api/query', 'api/resolvers', 'api/model', 'ground/countries'],
  },
  'api/resolvers': {
    holds: 'thin: take, ask, return',
    imports: [
      'api/loaders',
      'api/query',
      'api/model',
      'api/access',
      'api/generated',
      'ground/countries',
      'ground/types',
    ],
    doors: {
      request: 'what resolvers know of the request',
      catalogue: 'the catalogue of marts and countries',
      companies: 'a company, and the search for one',
      records: 'runs, keys, ledger, quarantine',
      quality: 'the quality of data',
      marts: 'rows, groups and links of any mart',
      compiled: 'whole answers without a resolver for each field',
      '': 'all of them as one schema',
    },
  },
  'api/server': {
    holds: 'HTTP, Apollo, limits, error sentences',
    imports: [
      'api/resolvers',
      'api/export',
      'api/odata',
      'api/query',
      'api/model',
      'api/access',
      'ground/database',
      'ground/tracing',
      'ground/types',
    ],
    doors: {
      values: 'values that do not fit their type, told in sentences',
      basis: 'sentences, failures, deadlines: what every door stands on',
      limits: 'how large, deep and dear a request may be, and how many connections there may be',
      documents: 'which document a request means',
      turns: "callers' turns of the pool",
      connections: 'the connections of a request, and those that fell silent',
      versions: 'which data version is the newest, and readiness',
      plugins: "what is done at each step of Apollo's",
      metrics: 'metrics',
      record: 'the ledger of what was seen',
      cost: 'what a query costs before it runs',
      known: 'what of an answer is kept, and what a request passes on',
      http: 'headers, bodies, errors of HTTP',
      log: 'lines of the log',
      callers: 'who asks',
      budget: 'what a caller may spend',
      live: 'subscriptions over WebSocket and SSE',
      apollo: 'the route of GraphQL',
      answers: 'answers that are known, shared or compiled',
      doors: 'what doors beside GraphQL have in common: who reads, and how failures are told',
      export: 'the routes of files',
      odata: 'the routes of OData, which read by the planner',
      '': 'all of it as one server',
    },
  },

  // Where everything is put together.
  config: {
    holds: 'environment → one frozen, validated object; `config.ts` alone reads `process.env`',
    imports: ['api/access', 'warehouse/gates'],
  },
  demo: {
    holds: 'the generator of demonstration data',
    imports: [],
    doors: {
      basis: 'chance, time and volumes',
      events: 'events as Debezium writes them',
      companies: 'companies and their participations',
      requests: 'requests for services',
      reports: 'reports and their life',
      '': 'the journal of all of it',
    },
  },
};

module.exports = { rooms };
