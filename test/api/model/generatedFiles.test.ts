import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { printSchemaWithDirectives } from '@graphql-tools/utils';
import { buildASTSchema, buildSchema, GraphQLScalarType } from 'graphql';
import { describeSettings, settingsTable } from '../../../src/config/describeSettings';
import { settingGroups } from '../../../src/config/settingGroups';
import { loadModel } from '../../../src/api/model/read/loadModel';
import { projectFolder } from '../../../src/ground/projectFolder';
import { createSchema } from '../../../src/api/resolvers/schema';

test('schema.generated.graphql is what schema/ says now', () => {
  const file = readFileSync(join(projectFolder, 'schema.generated.graphql'), 'utf8');
  const derived = printSchemaWithDirectives(buildASTSchema(loadModel().typeDefs)).trim();
  expect(file.split('\n').slice(2).join('\n')).toBe(`${derived}\n`);
  expect(() => buildSchema(file)).not.toThrow();
});

test('README.md has each setting on a line of its own, as the code says it', () => {
  const page = readFileSync(join(projectFolder, 'README.md'), 'utf8');
  const written = settingsTable().split('\n').map(cells);
  expect(written.length).toBeGreaterThan(40);
  expect(page.split('\n').map(cells)).toEqual(expect.arrayContaining(written));
});

test('--help says of each setting, in a line of its own, what it means and what holds without it', () => {
  const lines = describeSettings().split('\n');
  for (const { title, settings } of settingGroups) {
    const from = lines.indexOf(`${title}:`);
    Object.keys(settings).forEach((name, index) => {
      expect(lines[from + 1 + index]).toMatch(new RegExp(`^  ${name} +\\S.*\\(.+\\)$`));
    });
  }
});

/** What a row of a table says, however wide it is drawn. */
function cells(line: string): string {
  return line.replaceAll(/-{3,}/g, '---').replaceAll(/ +/g, ' ');
}

test('every type, field and value that clients see has a name of its own kind, and every scalar a reading', () => {
  const schema = createSchema(loadModel());
  for (const type of Object.values(schema.getTypeMap())) {
    expect(type.name).toMatch(/^(__)?[A-Z][A-Za-z0-9]*$/);
    if (
      type instanceof GraphQLScalarType &&
      !['ID', 'Int', 'Float', 'String', 'Boolean'].includes(type.name)
    ) {
      expect(type.description).toBeTruthy();
      expect(() => type.parseValue({})).toThrow(/expected/);
    }
  }
});

test('rows that a rollup is read from have an alias wherever they stand, without which PostgreSQL 15 refuses them', () => {
  const folder = join(projectFolder, 'sql', 'rollups');
  for (const mart of readdirSync(folder)) {
    for (const file of readdirSync(join(folder, mart))) {
      const statement = readFileSync(join(folder, mart, file), 'utf8');
      expect([mart, file, statement.match(/"rolled_rows"(?! as m\b)/g)]).toEqual([
        mart,
        file,
        null,
      ]);
    }
  }
});
