const SPENT = {
  requests: (most: number) => `This credential has asked ${most} times, the most in`,
  cost: (most: number) =>
    `This would pass the cost of ${most} that this credential may spend, the most in`,
  lookups: (most: number) =>
    `This credential has looked up ${most} companies by their BIN, the most in`,
} as const;

/** What the server tells callers when something does not go through. One place, so that they agree. */
export const sentences = {
  unauthenticated:
    'This needs valid credentials. Send a key or a token as "Authorization: Bearer …", or a key as "X-Api-Key: …".',
  internal: 'Internal error. The log knows more under the id of this request.',
  databaseGone: 'The database does not answer at the moment. Try again in a few seconds.',
  takesNoChanges:
    'The database takes no changes at the moment, so that nothing was changed. Reading goes on; try again later.',
  noRoom: 'The database has no room left for this at the moment. Try again later.',
  providerGone:
    'The keys of the identity provider cannot be fetched at the moment, so that no token can be checked. Try again in a few seconds.',
  ledgerGone:
    'The ledger of reads cannot be written at the moment, and what must be recorded there is not answered until it can. Try again in a few seconds.',
  allAtWork: 'Other callers keep the database busy at the moment. Try again in a few seconds.',
  tooMuchWaiting:
    'Too many requests of this credential wait for their turn. Ask for less at once, or try again in a few seconds.',
  tooMuchUnderWay:
    'Too much of what this credential sends is still on its way. Send less at once, or try again in a few seconds.',
  tooLong: (milliseconds: number) =>
    `The answer took the database longer than ${milliseconds / 1_000} seconds and was given up. Ask for fewer rows, or filter by year.`,
  followsFailure: 'This was not read, because another part of the request failed before it.',
  requestEnded: 'The request has ended; nothing more can be read for it.',
  noSuchPath: (path: string) => `There is nothing at ${path}. The API is at /graphql.`,
  noSuchExport: (names: readonly string[], endings: readonly string[]) =>
    `There is no such file; expected one of ${names.join(', ')} with .${endings.join(' or .')} at its end.`,
  wrongMethod: (method: string, path: string, allowed: readonly string[]) =>
    `${path} cannot be asked by ${method}; use ${allowed.join(' or ')}.`,
  bodyTooLarge: (bytes: number) => `The body is larger than ${bytes} bytes, the most that is read.`,
  bodyNotJson:
    'Invalid JSON is in the body; expected an object such as {"query": "{ dataVersion { id } }"}.',
  noRequest:
    'The body holds no request; expected an object such as {"query": "{ dataVersion { id } }"}.',
  noQuery:
    'The request has no query; expected one, or documentId or extensions.persistedQuery in its place.',
  severalRequests:
    'The body holds a list of requests, which are not answered together; expected one, such as {"query": "{ dataVersion { id } }"}.',
  wrongPart: (name: string, given: string, expected: string) =>
    `${name} is ${given}; expected ${expected}.`,
  bodyNotUtf8: 'The body is not valid UTF-8, in which JSON is written.',
  bodyOfOtherCharset: (charset: string) =>
    `The body claims the charset ${JSON.stringify(charset)}; expected utf-8, in which JSON is written.`,
  bodyEncoded: (encoding: string) =>
    `The body has the encoding ${JSON.stringify(encoding)}; expected one without: bodies are read as they are, up to their limit.`,
  valuesTooDeep: (most: number) =>
    `The request nests lists and objects more than ${most} deep; expected values as the schema has them.`,
  tooManyValues: (most: number) =>
    `The request has more than ${most} values in its lists and objects, variables included; expected at most so many.`,
  tooManyContainers: (most: number) =>
    `The request has more than ${most} lists and objects, variables included; expected at most so many.`,
  absentArgument: (name: string) => `${name} is null; expected a value.`,
  absentWithinArgument: (name: string) =>
    `${name} has a variable that is null where no null can stand; expected a value in its place.`,
  documentTooLong: (most: number) =>
    `The document has more than ${most} words and signs; expected at most so many, and long lists of values as variables.`,
  documentTooDeep: (most: number) =>
    `The document nests brackets more than ${most} deep, the most that is read.`,
  subscriptionOverHttp:
    'A subscription is answered as a stream: ask for it over WebSocket (graphql-transport-ws) at /graphql, or with the header "Accept: text/event-stream".',
  otherProtocol:
    'WebSocket is spoken here with the subprotocol graphql-transport-ws; expected it in Sec-WebSocket-Protocol.',
  credentialEnded:
    'The credential of this request has ended or lost a right since the request began.',
  onlySubscriptions: 'Only subscriptions are answered over WebSocket; ask the rest by POST.',
  tooManySubscriptions: (most: number) =>
    `This credential has ${most} subscriptions already, the most at once; end one first.`,
  tooManyMessages: (most: number) =>
    `This socket has ${most} messages that are not answered yet, the most at once.`,
  noSubscriptionLeft:
    'This server has as many subscriptions as it takes at once. Try again in a while.',
  noSuchDocument:
    'There is no trusted document by that id; expected sha256:… of one, or the name of an operation in one.',
  persistedQueryWrong:
    'extensions.persistedQuery is none; expected {"version": 1, "sha256Hash": "…"} with the SHA-256 of the query as 64 hexadecimal digits.',
  persistedQueryOther:
    'extensions.persistedQuery has the hash of another query; expected the SHA-256 of the query beside it.',
  documentTwice: 'The request has both a documentId and a query; expected one of the two.',
  trustedOnly:
    'This credential may ask trusted documents alone, by documentId: sha256:… or the name of an operation.',
  noIntrospection: 'The schema cannot be read with this credential.',
  tooManyAliases: (most: number) => `The document has more than ${most} aliases.`,
  tooManyDirectives: (most: number) => `The document has more than ${most} directives.`,
  tooManyRepeats: (name: string, most: number) =>
    `A selection has ${name} more than ${most} times; once is enough.`,
  tooManyExports: (most: number) =>
    `This server writes ${most} exports at once, and does so at the moment. Try again in a while.`,
  tooManyOwnExports: (most: number) =>
    `This credential has ${most} exports under way, the most at once; others have the rest. Try again when one has ended.`,
  noSuchRun: (name: string) =>
    `There is no run ${JSON.stringify(name)}; refreshRuns has those that began.`,
  subscriptionReadsNothing: 'A subscription reads no data; a query does.',
  spent: (kind: 'requests' | 'cost' | 'lookups', most: number, seconds: number) =>
    `${SPENT[kind](most)} a minute; more in ${seconds} seconds.`,
  bodyOfOtherType: 'The body must be JSON, with the header "Content-Type: application/json".',
  badRequest: 'The request could not be read as HTTP.',
  pageMissing: 'The explorer page has not been built here; npm run build makes it.',
  tooDeep: (most: number) => `The query nests fields more than ${most} deep.`,
  tooCostly: (cost: number, most: number) =>
    `The request could cost ${cost}; expected at most ${most}: ask for a filter of fewer comparisons, shorter pages (first) or fewer fields, or one thing after another.`,
  tooMuch: (values: number, most: number) =>
    `The answer could hold ${values} values; expected at most ${most}: ask for shorter pages (first), fewer fields or fewer levels.`,
  tooManyRootFields: (most: number) =>
    `The operation asks for more than ${most} root fields, the most that are answered at once.`,
} as const;

export const unready = {
  databaseGone: 'The database does not answer.',
  notMigrated: 'The database has not been migrated to the tables of this version.',
  notPublished: 'No data has been published yet.',
} as const;
