import type { DocumentNode, GraphQLSchema, OperationDefinitionNode } from 'graphql';
import { Kind } from 'graphql';
import type { Model, Table } from '../../model/mart';
import { planJsonPage, type JsonPage, type JsonPageWants } from '../../query/text/jsonPage';
import { planJsonRowsPage } from '../../query/text/jsonRowsPage';
import { planTogether, type JsonStatement } from '../../query/text/jsonStatement';
import { NotAsJson } from '../../query/text/jsonFields';
import type { QueryContext } from '../../query/columns/context';
import type { PageRequest } from '../../query/pages/page';
import { isoMoment } from '../../../ground/types/dateTime';
import type { DataVersion } from '../request/request';
import { requireTable } from '../request/rights';
import { clearBinsIn } from './clearBinsIn';
import { pageSelection, type PageSelection, type Pieces } from './pageSelection';
import { RowSelection } from './rowSelection';
import { argumentsOf, type AskedField } from './askedFields';

/** A query that the database answers as text: its statement, and the pages that it makes. */
export interface CompiledQuery extends JsonStatement {
  /** Writes the JSON of `data` in pieces. */
  write(pages: readonly JsonPage[], out: Pieces): void;
  /** Rows of the answer that show a BIN as it is. */
  clearBinsIn(pages: readonly JsonPage[]): number;
}

/** What a document asks for, whatever the arguments of its root fields. */
export interface CompiledSelection {
  /** The query with these arguments. Throws NotAsJson, BadInput. */
  planned(variables: Variables, context: QueryContext, dataVersion: DataVersion): CompiledQuery;
}

type Variables = Readonly<Record<string, unknown>>;

export interface Compiling {
  readonly schema: GraphQLSchema;
  readonly model: Model;
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  /** Those that decide what is asked for; see `standsWithoutVariables`. */
  readonly variables: Variables;
  readonly context: QueryContext;
}

/**
 * Turns a query of rows into a statement of whose bytes the answer is put together: of no field of a row
 * a value is made here. It covers what is asked most; for all else, and wherever an answer would hold an error,
 * it throws, and the resolvers answer. What it gives is byte for byte what they would give.
 */
export function compileSelection(compiling: Compiling): CompiledSelection {
  const { schema, model, document, operation, variables, context } = compiling;
  const type = schema.getQueryType();
  if (!type || operation.operation !== 'query') throw new NotAsJson('This is no query.');
  const fragments = Object.fromEntries(
    document.definitions
      .filter((node) => node.kind === Kind.FRAGMENT_DEFINITION)
      .map((node) => [node.name.value, node]),
  );
  const selection = new RowSelection(schema, model, { fragments, variables, context });
  const tables: readonly Table[] = [...model.marts, ...model.entities];
  const parts = selection.atRoot(type, operation.selectionSet).map((field): Part => {
    const start = `"${field.key}":`;
    if (field.name === '__typename') return { start, text: () => `"${type.name}"` };
    if (field.name === 'dataVersion') return { start, text: versionWriting(field, selection) };
    const table = tables.find(({ rootField }) => rootField === field.name);
    if (!table) throw new NotAsJson(`${field.name} is not read as JSON.`);
    return { start, field, table, ...pageSelection(table, field, selection, context) };
  });
  const pages = parts.filter((part): part is PagePart => 'table' in part);
  // As the resolvers do: a mart outside of the caller's scope is refused, not empty.
  for (const table of selection.tables) requireTable(context.viewer, table);
  if (pages.length === 0) throw new NotAsJson('Nothing is read.');
  if (selection.sharedBins) {
    throw new NotAsJson('Rows that show BINs may stand in the answer several times.');
  }
  const { binKeys } = selection;

  return {
    planned: (given, asking, dataVersion) => ({
      ...statementOf(pages, given, asking),
      write(read, out) {
        let place = 0;
        parts.forEach((part, index) => {
          out.push(index === 0 ? '{' : ',', part.start);
          if ('text' in part) return void out.push(part.text(dataVersion));
          const page = read[place];
          place += 1;
          if (!page) throw new Error('A page of a compiled query was not read.');
          part.writing(page, out);
        });
        out.push('}');
      },
      clearBinsIn: (read) =>
        read.reduce((count, { list }) => count + clearBinsIn(list, binKeys), 0),
    }),
  };
}

/** Throws NotAsJson, BadInput. */
function statementOf(
  parts: readonly PagePart[],
  variables: Variables,
  context: QueryContext,
): JsonStatement {
  const requests = parts.map(({ field, check }) => {
    const request = argumentsOf(field, variables);
    check(request);
    return request;
  });
  const planned = <Plan>(plan: PagePlanning<Plan>) =>
    parts.map(({ table, wants }, index) => plan(table, requests[index] ?? {}, wants, context));
  const [only] = parts.length === 1 ? planned(planJsonRowsPage) : [];
  return only ?? planTogether(planned(planJsonPage));
}

type PagePlanning<Plan> = (
  table: Table,
  request: PageRequest,
  wants: JsonPageWants,
  context: QueryContext,
) => Plan;

interface PagePart extends PageSelection {
  readonly start: string;
  readonly field: AskedField;
  readonly table: Table;
}

type Part = { readonly start: string; readonly text: (version: DataVersion) => string } | PagePart;

function versionWriting(field: AskedField, selection: RowSelection) {
  const writings = selection.below(field).map(({ key, name }) => {
    const told = Object.hasOwn(TOLD, name) ? TOLD[name] : undefined;
    if (!told) throw new NotAsJson(`DataVersion.${name} is not known.`);
    return (version: DataVersion) => `"${key}":${JSON.stringify(told(version))}`;
  });
  return (version: DataVersion) => `{${writings.map((writing) => writing(version)).join(',')}}`;
}

const TOLD: Readonly<Record<string, (version: DataVersion) => unknown>> = {
  __typename: () => 'DataVersion',
  id: ({ id }) => id,
  publishedAt: ({ publishedAt }) => isoMoment(publishedAt),
  sourceTime: ({ sourceTime }) => (sourceTime === null ? null : isoMoment(sourceTime)),
  demonstration: ({ demonstration }) => demonstration,
};
