import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectFolder } from '../../src/ground/projectFolder';

const SERVED = 'schema.generated.graphql';

/** What `npm run lint` says of a schema in the place of the served one. */
function lint(schema: string): string[] {
  const eslint = join(projectFolder, 'node_modules', '.bin', 'eslint');
  const { stdout } = spawnSync(
    eslint,
    ['--format', 'json', '--stdin', '--stdin-filename', SERVED],
    { cwd: projectFolder, encoding: 'utf8', input: schema },
  );
  const [result] = JSON.parse(stdout) as { messages: { ruleId: string; message: string }[] }[];
  return (result?.messages ?? []).map(({ ruleId, message }) => `${ruleId}: ${message}`);
}

test('the linter holds the served schema to the Relay cursor specification', () => {
  const served = readFileSync(join(projectFolder, SERVED), 'utf8');
  const broken = served
    .replace('  edges: [FinancingEdge!]!', '  edges: FinancingEdge!')
    .replace('  startCursor: String\n', '  startCursor: String!\n')
    .replace('refreshRuns(first: Int, after: String)', 'refreshRuns(first: Int)');
  expect(lint(served)).toEqual([]);
  expect(lint(broken)).toEqual([
    expect.stringMatching(/relay-page-info: Field `startCursor` must return/),
    expect.stringMatching(/relay-arguments: .* must include forward pagination arguments/),
    expect.stringMatching(/relay-connection-types: `edges` field must return a list type/),
  ]);
});
