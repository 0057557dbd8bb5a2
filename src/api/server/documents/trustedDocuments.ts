import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  GraphQLError,
  Kind,
  parse,
  print,
  specifiedRules,
  validate,
  type DocumentNode,
  type GraphQLSchema,
} from 'graphql';
import { documentLimits } from '../limits/documentLimits';

/** A document that whoever runs this service has looked at, and what of it is asked for. */
export interface TrustedDocument {
  readonly text: string;
  /** Set where the name of an operation says which is meant. */
  readonly operationName?: string;
}

/** By `sha256:…` of the document, or by the name of an operation in it. */
export type TrustedDocuments = ReadonlyMap<string, TrustedDocument>;

/** Documents of the folder cannot be trusted as they stand. Names every one at once. */
export class DocumentsRefused extends Error {
  override readonly name = 'DocumentsRefused';
}

/** Reads the .graphql files of a folder: each is one document of named operations. */
export function readTrustedDocuments(folder: string, schema: GraphQLSchema): TrustedDocuments {
  const documents = new Map<string, TrustedDocument>();
  const complaints: string[] = [];
  for (const file of graphqlFiles(folder)) {
    const text = readFileSync(join(folder, file), 'utf8');
    try {
      for (const name of addDocument(documents, text, schema)) {
        complaints.push(`${file} has the operation ${name}, which another document has too.`);
      }
    } catch (error) {
      if (!(error instanceof DocumentsRefused)) throw error;
      complaints.push(`${file}: ${error.message}`);
    }
  }
  if (complaints.length > 0) {
    throw new DocumentsRefused(
      `TRUSTED_DOCUMENTS is ${folder}, in which documents cannot be asked:\n${complaints.join('\n')}`,
    );
  }
  return documents;
}

/** How a document is called by its text. */
export function documentHash(text: string): string {
  return `sha256:${documentDigest(text)}`;
}

export function documentDigest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function graphqlFiles(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter((file) => /\.(graphql|gql)$/.test(file))
      .sort();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new DocumentsRefused(
      `TRUSTED_DOCUMENTS is ${folder}; expected a folder that can be read. ${reason}`,
    );
  }
}

/** Returns the names that are taken already. */
function addDocument(
  documents: Map<string, TrustedDocument>,
  text: string,
  schema: GraphQLSchema,
): string[] {
  const document = readDocument(text, schema);
  // Clients send a document as it stands in its file, without the white space around, or as it is printed.
  for (const form of [text, text.trim(), print(document)]) {
    documents.set(documentHash(form), { text });
  }
  return operationNames(document).filter((name) => {
    if (documents.has(name)) return true;
    documents.set(name, { text, operationName: name });
    return false;
  });
}

function readDocument(text: string, schema: GraphQLSchema): DocumentNode {
  let document: DocumentNode;
  try {
    document = parse(text, documentLimits.parseOptions);
  } catch (error) {
    if (error instanceof GraphQLError) throw new DocumentsRefused(error.message);
    throw error;
  }
  const errors = validate(schema, document, [...specifiedRules, ...documentLimits.validationRules]);
  if (errors.length > 0) {
    throw new DocumentsRefused(errors.map(({ message }) => message).join(' '));
  }
  if (operationNames(document).length === 0) {
    throw new DocumentsRefused('It has no named operation; expected at least one.');
  }
  return document;
}

function operationNames({ definitions }: DocumentNode): string[] {
  const operations = definitions.filter(({ kind }) => kind === Kind.OPERATION_DEFINITION);
  return operations.flatMap((node) =>
    node.kind === Kind.OPERATION_DEFINITION && node.name ? [node.name.value] : [],
  );
}
