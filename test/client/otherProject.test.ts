import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { projectFolder } from '../../src/ground/projectFolder';

const OPERATION = `query exportsOf($code: String!) {
  exportByCountryGroups(by: [YEAR], filter: { countryCode: { eq: $code } }) {
    nodes { key { year } total { exportIncome } }
  }
}`;

/** With the result's field as the caller would use it. */
const programThatReturns = (result: string) => `
import { connect } from './client/connect.js';
import { ExportsOf } from './client/generated/operations.js';

export async function exportsTo(code: string): Promise<(string | null)[]> {
  const techorda = connect({ url: 'http://127.0.0.1:4000/graphql', key: 'tg_' });
  const { exportByCountryGroups } = await techorda.ask(ExportsOf, { code });
  return exportByCountryGroups.nodes.map(({ total }) => ${result});
}
`;

let project: string;
/** Another project, of ES modules, with the client's folder beside a copy of the schema. */
beforeEach(() => {
  project = mkdtempSync(join(tmpdir(), 'techorda-client-'));
  for (const name of ['client', 'schema.generated.graphql']) {
    cpSync(join(projectFolder, name), join(project, name), { recursive: true });
  }
  for (const name of ['operations', 'generated', 'example.ts']) {
    rmSync(join(project, 'client', name), { recursive: true });
  }
  mkdirSync(join(project, 'client', 'operations'));
  symlinkSync(join(projectFolder, 'node_modules'), join(project, 'node_modules'));
  write('package.json', '{"type": "module"}');
  write('client/operations/exportsOf.graphql', OPERATION);
});
afterEach(() => rmSync(project, { recursive: true }));

const write = (name: string, text: string) => writeFileSync(join(project, name), text);
const program = (name: string) => join(project, 'node_modules', '.bin', name);

/** What the compiler says of programs, all by one run. */
function typeErrors(programs: Readonly<Record<string, string>>): string[] {
  for (const [name, result] of Object.entries(programs)) write(name, programThatReturns(result));
  const options = '--noEmit --strict --target es2022 --module nodenext --types node'.split(' ');
  const { stdout } = spawnSync(program('tsc'), [...options, ...Object.keys(programs)], {
    cwd: project,
    encoding: 'utf8',
  });
  return stdout.split('\n').filter((line) => /^\S/.test(line));
}

test('another project generates its own operations out of the folder and the schema', () => {
  execFileSync(program('graphql-codegen'), ['--config', 'client/codegen.yml'], {
    cwd: project,
    stdio: 'pipe',
  });
  const errors = typeErrors({
    'right.ts': 'total.exportIncome',
    'misspelt.ts': 'total.exportIncom',
    'inexact.ts': 'Number(total.exportIncome)',
  });
  expect(errors).toEqual([
    expect.stringMatching(/^inexact\.ts.* Type 'number\[\]' is not assignable to type '\(string/),
    expect.stringMatching(/^misspelt\.ts.* Did you mean 'exportIncome'\?$/),
  ]);
});
