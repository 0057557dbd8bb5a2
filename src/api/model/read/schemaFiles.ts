import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { concatAST, parse, Source, type DocumentNode } from 'graphql';
import { projectFolder } from '../../../ground/projectFolder';

/** The folder of the semantic model, written by hand. */
export const schemaFolder = join(projectFolder, 'schema');

/** All of the folder's files as one document, in the order of their names whatever the file system's. */
export function readSchemaFiles(folder = schemaFolder): DocumentNode {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.graphql'))
    .map((name) => name.replaceAll('\\', '/'))
    .sort();
  return concatAST(
    names.map((name) => parse(new Source(readFileSync(join(folder, name), 'utf8'), name))),
  );
}
