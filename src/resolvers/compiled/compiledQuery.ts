import type { DocumentNode, GraphQLSchema, OperationDefinitionNode } from 'graphql';
import { Kind } from 'graphql';
import type { Model, Table } from '../../model/mart';
import { planJsonPage, type JsonPage, type JsonPagePlan } from '../../query/jsonPage';
import { NotAsJson } from '../../query/jsonRow';
import type { QueryContext } from '../../query/context';
import { isoMoment } from '../isoMoment';
import type { DataVersion } from '../request';
import { requireTable } from '../rights';
import { pageSelection, type PageWriting } from './pageSelection';
import { RowSelection, type AskedField } from './rowSelection';

/** A query that the database answers as text: its statements, and what they come to. */
export interface CompiledQuery {
  readonly plans: readonly JsonPagePlan[];
  /** The JSON of `data`, of a page for each plan. */
  write(pages: readonly JsonPage[]): string;
  /** Rows of the answer that show a BIN as it is. */
  clearBinsIn(data: string): number;
}

export interface Compiling {
  readonly schema: GraphQLSchema;
  readonly model: Model;
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly context: QueryContext;
  readonly dataVersion: DataVersion;
}

/**
 * Turns a query of rows into statements whose rows are the text of the answer, so that no field of a row
 * is touched here. It covers what is asked most; for all else, and wherever an answer would hold an error,
 * it throws, and the resolvers answer. What it gives is byte for byte what they would give.
 */
export function compileQuery(compiling: Compiling): CompiledQuery {
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
  const plans: JsonPagePlan[] = [];
  const parts = selection.atRoot(type, operation.selectionSet).map((field): Part => {
    if (field.name === '__typename') return { key: field.key, text: `"${type.name}"` };
    if (field.name === 'dataVersion') return versionPart(field, selection, compiling.dataVersion);
    const table = tables.find(({ rootField }) => rootField === field.name);
    if (!table) throw new NotAsJson(`${field.name} is not read as JSON.`);
    const { wants, request, writing } = pageSelection(table, field, selection, context);
    plans.push(planJsonPage(table, request, wants, context));
    return { key: field.key, writing };
  });
  // As the resolvers do: a mart outside of the caller's scope is refused, not empty.
  for (const table of selection.tables) requireTable(context.viewer, table);
  if (plans.length === 0) throw new NotAsJson('Nothing is read.');
  if (selection.sharedBins) {
    throw new NotAsJson('Rows that show BINs may stand in the answer several times.');
  }

  return {
    plans,
    write(pages) {
      let place = 0;
      const texts = parts.map((part) => {
        if ('text' in part) return `"${part.key}":${part.text}`;
        const page = pages[place];
        place += 1;
        if (!page) throw new Error('A page of a compiled query was not read.');
        return `"${part.key}":${part.writing(page)}`;
      });
      return `{${texts.join(',')}}`;
    },
    clearBinsIn(data) {
      return [...selection.binKeys].reduce((count, key) => count + clearBins(data, key), 0);
    },
  };
}

type Part =
  | { readonly key: string; readonly text: string }
  | { readonly key: string; readonly writing: PageWriting };

/** Quotation marks within texts are escaped, so that these are those around the value alone. */
function clearBins(data: string, key: string): number {
  let count = 0;
  const start = `"${key}":"`;
  for (let at = data.indexOf(start); at !== -1; at = data.indexOf(start, at + 1)) {
    if (!data.startsWith('777777', at + start.length)) count += 1;
  }
  return count;
}

function versionPart(field: AskedField, selection: RowSelection, version: DataVersion): Part {
  const { id, publishedAt, sourceTime, demonstration } = version;
  const told: Readonly<Record<string, unknown>> = {
    __typename: 'DataVersion',
    id,
    publishedAt: isoMoment(publishedAt),
    sourceTime: sourceTime === null ? null : isoMoment(sourceTime),
    demonstration,
  };
  const texts = selection.below(field).map(({ key, name }) => {
    if (!Object.hasOwn(told, name)) throw new NotAsJson(`DataVersion.${name} is not known.`);
    return `"${key}":${JSON.stringify(told[name])}`;
  });
  return { key: field.key, text: `{${texts.join(',')}}` };
}
