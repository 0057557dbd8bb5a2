import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { projectFolder } from '../../src/ground/projectFolder';

const RELEASED = `
  directive @dimension(column: String) on FIELD_DEFINITION
  type Query { rows(filter: Filter, first: Int): [Row!]! }
  input Filter { year: Int }
  enum Period { QUARTER YEAR }
  type Row { year: Int! @dimension amount: String period: Period name: String }
`;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'techorda-schema-'));
  write('schema.released.graphql', head('0.1.0') + RELEASED);
  write('package.json', '{"version": "0.1.0"}');
  write('CHANGELOG.md', '# Changelog\n\n## Unreleased\n\n## 0.1.0\n\n- `Row.amount`\n');
});
afterEach(() => rmSync(folder, { recursive: true }));

const head = (version: string) =>
  `# The schema of release ${version}, written by "npm run schema:release".\n\n`;
const write = (name: string, text: string) => writeFileSync(join(folder, name), text);

function run(script: string) {
  const path = join(projectFolder, 'build', 'schema', script);
  const { status, stdout, stderr } = spawnSync(process.execPath, [path], {
    cwd: folder,
    encoding: 'utf8',
  });
  return { status, stdout: stdout.trimEnd().split('\n'), stderr };
}

/** The check of the released schema in which texts are replaced. */
function changesWhere(replacements: Readonly<Record<string, string>>) {
  const changed = Object.entries(replacements).reduce(
    (text, [from, to]) => text.replace(from, to),
    RELEASED,
  );
  write('schema.generated.graphql', `# Generated.\n\n${changed}`);
  return run('schemaChanges.mjs');
}

test('a removal, another type and a new required argument are named, and fail', () => {
  const { status, stdout, stderr } = changesWhere({
    'amount: String ': '',
    'year: Int! @dimension': 'year: String! @dimension',
    'first: Int': 'first: Int, currency: String!',
    'input Filter { year: Int }': 'input Filter { year: Int, region: String! }',
    'QUARTER YEAR': 'YEAR',
  });
  expect(stdout).toEqual([
    "breaking   Filter.region: Input field 'region' of type 'String!' was added to input object type 'Filter'.",
    "breaking   Period.QUARTER: Enum value 'QUARTER' was removed from enum 'Period'.",
    "breaking   Query.rows.currency: Argument 'currency: String!' added to field 'Query.rows'.",
    "breaking   Row.amount: Field 'amount' was removed from object type 'Row'.",
    "breaking   Row.year: Field 'Row.year' changed type from 'Int!' to 'String!'.",
    'Since release 0.1.0: 5 breaking, 0 dangerous and 0 other changes of the schema.',
  ]);
  expect(stderr).toContain('  `Row.amount`\n');
  expect(status).toBe(1);
});

test('what only adds passes, and so do changes of the model that no client sees', () => {
  const { status, stdout } = changesWhere({
    'name: String': 'name: String note: String',
    '@dimension(column: String)': '@dimension(column: String!)',
    'year: Int! @dimension': 'year: Int! @dimension(column: "y")',
    'QUARTER YEAR': 'QUARTER HALF YEAR',
  });
  expect(stdout).toEqual([
    "dangerous  Period.HALF: Enum value 'HALF' was added to enum 'Period'.",
    'Since release 0.1.0: 0 breaking, 1 dangerous and 1 other changes of the schema.',
  ]);
  expect(status).toBe(0);
});

test('a breaking change passes once the changelog names it among what is unreleased', () => {
  const withoutAmount = { 'amount: String ': '' };
  expect(changesWhere(withoutAmount).status).toBe(1);
  write('CHANGELOG.md', '## Unreleased\n\n- `Row.amount` is gone.\n\n## 0.1.0\n\nThe first.\n');
  expect(changesWhere(withoutAmount).status).toBe(0);
  write('CHANGELOG.md', '## Unreleased\n\n- `Row.amount` is gone.\n');
  expect(changesWhere(withoutAmount).status).toBe(0);
});

test.each([
  ['0.1.0', '0.1.1', 1],
  ['0.1.0', '0.2.0', 0],
  ['0.1.0', '1.0.0', 0],
  ['1.2.0', '1.3.0', 1],
  ['1.2.0', '2.0.0', 0],
])('from %s a version %s lets a breaking change end with status %i', (from, to, status) => {
  write('schema.released.graphql', head(from) + RELEASED);
  write('package.json', JSON.stringify({ version: to }));
  expect(changesWhere({ 'amount: String ': '' }).status).toBe(status);
});

test('a release makes the served schema what later ones are measured against', () => {
  changesWhere({ 'amount: String ': '' });
  expect(run('releaseSchema.mjs').stderr).toContain('0.1.0 is released already');
  write('package.json', '{"version": "0.2.0"}');
  expect(run('releaseSchema.mjs').stderr).toContain('no section "## 0.2.0 - YYYY-MM-DD"');
  write('CHANGELOG.md', '## 0.2.0\n\n- `Row.amount` is gone.\n');
  expect(run('releaseSchema.mjs').status).toBe(1);
  write('CHANGELOG.md', '## 0.2.0 - 2027-01-31\n\n- `Row.amount` is gone.\n');
  expect(run('releaseSchema.mjs').status).toBe(0);
  expect(readFileSync(join(folder, 'schema.released.graphql'), 'utf8')).toContain(head('0.2.0'));
  expect(run('schemaChanges.mjs')).toMatchObject({
    status: 0,
    stdout: ['Since release 0.2.0: 0 breaking, 0 dangerous and 0 other changes of the schema.'],
  });
});
