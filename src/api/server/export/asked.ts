import { coerceInputValue, GraphQLList, isInputType, type GraphQLSchema } from 'graphql';
import type { Format } from '../../export/lines';
import type { Table } from '../../model/mart';
import { BadInput, shown } from '../../query/values/badInput';
import type { PageRequest } from '../../query/pages/page';
import { textRefusal } from '../limits/requestExtent';
import { json } from '../values/given';
import { wrongValues } from '../values/wrongValues';

const PARAMETERS = ['fields', 'filter', 'orderBy', 'bom'] as const;
type Parameter = (typeof PARAMETERS)[number];

/** What of a table a file is to hold. */
export interface AskedExport {
  readonly request: Pick<PageRequest, 'filter' | 'orderBy'>;
  /** Undefined: all that there usually are. */
  readonly fields: readonly string[] | undefined;
  /** With a byte order mark, by which Excel tells UTF-8. */
  readonly bom: boolean;
}

/** Reads the parameters of an export, by the types and in the words of the schema. Throws BadInput. */
export function readAskedExport(
  search: URLSearchParams,
  table: Table,
  format: Format,
  schema: GraphQLSchema,
): AskedExport {
  for (const name of search.keys()) {
    if (!PARAMETERS.some((known) => known === name)) {
      throw new BadInput(
        `The parameter ${shown(name)} is unknown; expected some of ${PARAMETERS.join(', ')}.`,
      );
    }
    if (search.getAll(name).length > 1) {
      throw new BadInput(`The parameter ${name} is given twice; expected it once.`);
    }
  }
  // Forms send a parameter that is not filled in with nothing in it.
  const text = (name: Parameter) => search.get(name) || null;
  return {
    request: {
      filter: inputOf(text('filter'), 'filter', `${table.name}Filter`, schema),
      orderBy: inputOf(text('orderBy'), 'orderBy', `${table.name}OrderBy`, schema),
    },
    fields: text('fields')
      ?.split(',')
      .map((name) => name.trim()),
    bom: readBom(text('bom'), format),
  };
}

function readBom(text: string | null, format: Format): boolean {
  if (text === null || text === 'false') return false;
  if (text === 'true' && format === 'csv') return true;
  if (text === 'true') {
    throw new BadInput(
      `bom is true; expected it of CSV alone: readers of JSON take a byte order mark for a fault.`,
    );
  }
  throw new BadInput(`bom is ${shown(text)}; expected true or false.`);
}

/** What JSON gives for an argument of the schema, as a resolver gets it. */
function inputOf(
  text: string | null,
  where: 'filter' | 'orderBy',
  typeName: string,
  schema: GraphQLSchema,
): unknown {
  if (text === null) return undefined;
  const named = schema.getType(typeName);
  if (!isInputType(named)) throw new Error(`The schema has no input ${typeName}.`);
  const type = where === 'orderBy' ? new GraphQLList(named) : named;
  const beyond = textRefusal(text);
  if (beyond !== undefined) throw new BadInput(beyond);
  const given = parsed(text, where);
  for (const { sentence } of wrongValues(json(given), type, where)) throw new BadInput(sentence);
  return coerceInputValue(given, type);
}

const EXAMPLES = {
  filter: '{"year": {"gte": 2023}}',
  orderBy: '[{"field": "YEAR", "direction": "DESC"}]',
} as const;

function parsed(text: string, where: 'filter' | 'orderBy'): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new BadInput(`${where} is ${shown(text)}; expected JSON, such as ${EXAMPLES[where]}.`);
  }
}
