import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectFolder } from '../../src/ground/projectFolder';

const textOf = (name: string) => readFileSync(join(projectFolder, name), 'utf8');

test('the newest dated release of the changelog is that of package.json and of the released schema', () => {
  const [unreleased, ...releases] = [...textOf('CHANGELOG.md').matchAll(/^## (.+)$/gm)].map(
    ([, heading]) => heading,
  );
  const { version } = JSON.parse(textOf('package.json')) as { version: string };
  expect(unreleased).toBe('Unreleased');
  for (const release of releases) {
    expect(release).toMatch(/^\d+\.\d+\.\d+ - \d{4}-\d{2}-\d{2}$/);
  }
  expect(releases[0]?.split(' - ')[0]).toBe(version);
  expect(textOf('schema.released.graphql')).toContain(`# The schema of release ${version},`);
});
