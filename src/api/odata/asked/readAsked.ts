import type { EntityModel, EntitySet } from '../model/entityModel';
import { notServed, quoted, wrong } from '../refused';
import type { Address } from '../syntax/address';
import { parseExpression } from '../syntax/expression';
import type { Condition } from './condition';
import { readApply } from './readApply';
import { readCondition } from './readCondition';
import { readExpand } from './readExpand';
import { readResource, type Key } from './resource';
import { checkSortable, readCount, readOrder, readSelect, readSkip, readTop } from './rowOptions';
import type { GroupsQuery, RowsQuery } from './rowsQuery';

/** What a request asks for, with every name and value of it known to be sound. */
export type Asked =
  | { readonly kind: 'service' }
  | { readonly kind: 'metadata' }
  | { readonly kind: 'rows'; readonly query: RowsQuery; readonly skipToken: string | undefined }
  | { readonly kind: 'groups'; readonly query: GroupsQuery; readonly skipToken: string | undefined }
  | { readonly kind: 'count'; readonly query: RowsQuery }
  | { readonly kind: 'row'; readonly query: RowsQuery; readonly key: Key };

type Options = Address['options'];

const OF_ROWS = [
  '$filter',
  '$select',
  '$orderby',
  '$top',
  '$skip',
  '$count',
  '$expand',
  '$apply',
  '$skiptoken',
  '$format',
] as const;
const OF_COUNT = ['$filter', '$format'] as const;
const OF_ROW = ['$select', '$expand', '$format'] as const;
/** Options of OData that this service leaves out. */
const LEFT_OUT = /^\$(search|compute|levels|index|schemaversion|deltatoken|id|it|root)$/;

/** Throws Refused. */
export function readAsked({ segments, options }: Address, model: EntityModel): Asked {
  const resource = readResource(segments, model);
  switch (resource.kind) {
    // Some programs put the options of a set behind the root, too: nothing there depends on them.
    case 'service':
    case 'metadata':
      return resource;
    case 'count': {
      checkOptions(options, OF_COUNT, resource.set);
      checkRows(resource.set);
      return {
        kind: 'count',
        query: { ...allOf(resource.set), filter: filterOf(options, resource.set) },
      };
    }
    case 'row': {
      checkOptions(options, OF_ROW, resource.set);
      const { set, key } = resource;
      checkRows(set);
      return {
        kind: 'row',
        key,
        query: {
          ...allOf(set),
          select: readSelect(options.get('$select'), set),
          expand: readExpand(options.get('$expand'), set, model),
        },
      };
    }
    case 'rows':
      checkOptions(options, OF_ROWS, resource.set);
      return options.has('$apply')
        ? groupsAsked(options, resource.set, model)
        : rowsAsked(options, resource.set, model);
  }
}

function rowsAsked(options: Options, set: EntitySet, model: EntityModel): Asked {
  checkRows(set);
  return {
    kind: 'rows',
    skipToken: options.get('$skiptoken'),
    query: {
      set,
      select: readSelect(options.get('$select'), set),
      filter: filterOf(options, set),
      order: readOrder(options.get('$orderby'), checkSortable(set)),
      top: readTop(options.get('$top')),
      skip: readSkip(options.get('$skip')),
      count: readCount(options.get('$count')),
      expand: readExpand(options.get('$expand'), set, model),
    },
  };
}

function groupsAsked(options: Options, set: EntitySet, { namespace }: EntityModel): Asked {
  for (const name of ['$filter', '$select', '$expand'] as const) {
    if (!options.has(name)) continue;
    const instead = name === '$filter' ? 'filter(…) within $apply' : 'groupby and aggregate alone';
    throw notServed(`${name} stands beside $apply; expected ${instead}.`, name);
  }
  const grouped = readApply(options.get('$apply') ?? '', set, namespace);
  const names = new Set([
    ...grouped.keys.map(({ name }) => name),
    ...grouped.aggregates.map(({ alias }) => alias),
    ...grouped.counts,
  ]);
  const isInGroups = (name: string) => {
    if (names.has(name)) return;
    throw wrong(
      `$orderby has ${quoted(name)}; expected one of ${[...names].join(', ')}.`,
      '$orderby',
    );
  };
  return {
    kind: 'groups',
    skipToken: options.get('$skiptoken'),
    query: {
      set,
      ...grouped,
      order: readOrder(options.get('$orderby'), isInGroups),
      top: readTop(options.get('$top')),
      skip: readSkip(options.get('$skip')),
      count: readCount(options.get('$count')),
    },
  };
}

function allOf(set: EntitySet): RowsQuery {
  return {
    set,
    select: [...set.properties.values()],
    filter: undefined,
    order: [],
    top: undefined,
    skip: 0,
    count: false,
    expand: [],
  };
}

function filterOf(options: Options, set: EntitySet): Condition | undefined {
  const text = options.get('$filter');
  if (text === undefined || text.trim() === '') return undefined;
  return readCondition(parseExpression(text, '$filter'), set, '$filter');
}

function checkRows({ name, rows }: EntitySet): void {
  if (!rows) throw notServed(`${name} has groups and no rows; expected $apply.`, '$apply');
}

/** What does not begin with $ is the caller's own, and means nothing here. */
function checkOptions(options: Options, known: readonly string[], set: EntitySet): void {
  for (const name of options.keys()) {
    if (!name.startsWith('$') || known.includes(name)) continue;
    const expected = `expected some of ${known.join(', ')}`;
    if (LEFT_OUT.test(name)) throw notServed(`${name} is not served; ${expected}.`, name);
    throw wrong(`${quoted(name)} is no query option of ${set.name} here; ${expected}.`, '$');
  }
}
