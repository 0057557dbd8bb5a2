import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { printSchemaWithDirectives } from '@graphql-tools/utils';
import { buildASTSchema, buildSchema, GraphQLScalarType } from 'graphql';
import { loadModel } from '../../src/api/model/read/loadModel';
import { projectFolder } from '../../src/ground/projectFolder';
import { createSchema } from '../../src/api/resolvers/schema';

test('schema.generated.graphql is what schema/ says now', () => {
  const file = readFileSync(join(projectFolder, 'schema.generated.graphql'), 'utf8');
  const derived = printSchemaWithDirectives(buildASTSchema(loadModel().typeDefs)).trim();
  expect(file.split('\n').slice(2).join('\n')).toBe(`${derived}\n`);
  expect(() => buildSchema(file)).not.toThrow();
});

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
