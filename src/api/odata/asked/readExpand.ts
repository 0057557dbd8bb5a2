import type { EntityModel, EntitySet } from '../model/entityModel';
import { notServed, quoted, wrong } from '../refused';
import { parseExpression } from '../syntax/expression';
import { readCondition } from './readCondition';
import { checkSortable, readCount, readOrder, readSelect, readTop } from './rowOptions';
import type { Expanded } from './rowsQuery';

const OPTIONS = ['$select', '$filter', '$orderby', '$top', '$count'] as const;
const MAX_EXPANDED = 10;

/** The ways of $expand, each with what is asked of the rows there. Throws Refused. */
export function readExpand(
  text: string | undefined,
  set: EntitySet,
  model: EntityModel,
): readonly Expanded[] {
  if (text === undefined || text.trim() === '') return [];
  const items = parted(text, ',').map((item) => readItem(item.trim(), set, model));
  const names = items.map(({ navigation }) => navigation.name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw wrong(`$expand has ${twice} twice; expected it once.`, '$expand');
  if (items.length > MAX_EXPANDED) {
    throw wrong(
      `$expand has ${String(items.length)} ways; expected at most ${String(MAX_EXPANDED)}.`,
      '$expand',
    );
  }
  return items;
}

function readItem(item: string, set: EntitySet, model: EntityModel): Expanded {
  const [, name = '', options] = /^([^(]*?)[ \t]*(?:\((.*)\))?$/s.exec(item) ?? [];
  if (name === '*' || name.includes('/')) {
    throw notServed(
      `$expand has ${quoted(name)}; expected ways of ${set.name} by their names.`,
      '$expand',
    );
  }
  const navigation = set.navigations.get(name);
  const to = navigation && model.sets.get(navigation.to);
  if (!navigation || !to) {
    const known = [...set.navigations.keys()].join(', ') || 'none, as there are none';
    throw wrong(
      `$expand has ${quoted(name)}, to which ${set.name} does not lead; expected one of ${known}.`,
      '$expand',
    );
  }
  const given = readOptions(options ?? '', name);
  if (!navigation.many && [...given.keys()].some((option) => option !== '$select')) {
    throw wrong(
      `$expand leads from ${set.name} to one ${name}; expected no option but $select.`,
      '$expand',
    );
  }
  const filter = given.get('$filter');
  return {
    navigation,
    query: {
      set: to,
      select: readSelect(given.get('$select'), to),
      filter:
        filter === undefined
          ? undefined
          : readCondition(parseExpression(filter, '$filter'), to, '$filter'),
      order: readOrder(given.get('$orderby'), checkSortable(to)),
      top: readTop(given.get('$top')),
      skip: 0,
      count: readCount(given.get('$count')),
      expand: [],
    },
  };
}

function readOptions(text: string, way: string): ReadonlyMap<string, string> {
  const options = new Map<string, string>();
  for (const part of text.trim() === '' ? [] : parted(text, ';')) {
    const [name = '', ...value] = part.trim().split('=');
    if (!OPTIONS.some((known) => known === name)) {
      const sentence = `$expand has ${quoted(name)} of ${way}; expected some of ${OPTIONS.join(', ')}.`;
      throw /^\$(expand|levels|apply|search|compute|skip)$/.test(name)
        ? notServed(sentence, '$expand')
        : wrong(sentence, '$expand');
    }
    if (options.has(name))
      throw wrong(`$expand has ${name} of ${way} twice; expected it once.`, '$expand');
    options.set(name, value.join('='));
  }
  return options;
}

/** The parts between separators that stand in no text and in no parentheses. Throws Refused. */
function parted(text: string, separator: ',' | ';'): string[] {
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  let quotes = false;
  for (let at = 0; at < text.length; at += 1) {
    const sign = text[at];
    if (sign === "'") quotes = !quotes;
    if (quotes) continue;
    if (sign === '(') depth += 1;
    if (sign === ')') depth -= 1;
    if (sign === separator && depth === 0) {
      parts.push(text.slice(start, at));
      start = at + 1;
    }
  }
  if (depth !== 0 || quotes) {
    throw wrong('$expand has a parenthesis or a text that does not end.', '$expand');
  }
  return [...parts, text.slice(start)];
}
