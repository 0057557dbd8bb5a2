import type { Asked } from '../asked/readAsked';
import type { GroupsQuery } from '../asked/rowsQuery';
import { csdlJson } from '../csdl/csdlJson';
import { csdlXml } from '../csdl/csdlXml';
import type { EntityModel } from '../model/entityModel';
import { Refused } from '../refused';
import type { Address } from '../syntax/address';
import { groupsContext, rowsContext } from './context';
import { contentTypeOf, jsonFormFor, wantsCsdlJson, type JsonForm } from './format';
import { nextAddress, questionOf } from './nextLink';
import { PageTokens, type TokenKeys } from './pageToken';
import type { Page, Reader } from './reader';
import { groupWriting, rowWriting, type DynamicValue } from './rowText';

/** The most rows of one answer; the others follow by @odata.nextLink. */
export const MAX_PAGE = 1_000;

/** What an answer depends on beside what is asked. */
export interface Asking {
  readonly address: Address;
  readonly model: EntityModel;
  /** The public address of the service, with a slash at its end. */
  readonly root: string;
  readonly accept: string | undefined;
  /** The most rows of a page that the caller wants. */
  readonly maxPageSize: number | undefined;
}

export interface Answer {
  readonly contentType: string;
  readonly text: string;
}

/** What answers, once it is known that data are to be read. */
export interface Reading {
  readonly reader: Reader;
  readonly keys: TokenKeys;
}

/** The form of the answer, which is looked at before anything is read. Throws Refused. */
export function formFor(asked: Asked, { accept, address }: Asking): JsonForm {
  const format = address.options.get('$format');
  if (asked.kind === 'count' && format === undefined) return { metadata: 'none', asTexts: false };
  return jsonFormFor(accept, format);
}

/** The answer to what no data are read for; undefined of all else. Throws Refused. */
export function answerOfModel(asked: Asked, asking: Asking): Answer | undefined {
  const { model, root, accept, address } = asking;
  const format = address.options.get('$format');
  if (asked.kind === 'metadata') {
    return wantsCsdlJson(accept, format)
      ? { contentType: 'application/json;charset=utf-8', text: csdlJson(model) }
      : { contentType: 'application/xml;charset=utf-8', text: csdlXml(model) };
  }
  if (asked.kind !== 'service') return undefined;
  const form = jsonFormFor(accept, format);
  const value = [...model.sets.values()].map(({ name, caption }) => ({
    name,
    title: caption.en,
    kind: 'EntitySet',
    url: name,
  }));
  const context = form.metadata === 'none' ? {} : { '@odata.context': `${root}$metadata` };
  return {
    contentType: contentTypeOf(form),
    text: `${JSON.stringify({ ...context, value })}\n`,
  };
}

/** Reads what is asked for, and writes it. Throws Refused. */
export async function answerOfData(
  asked: Asked,
  asking: Asking,
  form: JsonForm,
  reading: Reading,
): Promise<Answer> {
  switch (asked.kind) {
    case 'count':
      return {
        contentType: 'text/plain;charset=utf-8',
        text: String(await reading.reader.count(asked.query)),
      };
    case 'row': {
      const row = await reading.reader.row(asked.query, asked.key);
      if (!row) throw notFound(asked);
      const text = rowWriting(asked.query, form)(row);
      const context = contextMember(rowsContext(asked.query, true), asking, form);
      return { contentType: contentTypeOf(form), text: `{${context}${text.slice(1)}\n` };
    }
    case 'rows':
    case 'groups':
      return answerOfList(asked, asking, form, reading);
    default:
      throw new Error('The model is no data.');
  }
}

function notFound({ query, key }: Extract<Asked, { kind: 'row' }>): Refused {
  const named = [...key].map(([name, value]) => `${name} ${String(value)}`).join(', ');
  return new Refused(404, `There is no row of ${query.set.name} with ${named}.`, 'path');
}

async function answerOfList(
  asked: Extract<Asked, { kind: 'rows' | 'groups' }>,
  asking: Asking,
  form: JsonForm,
  { reader, keys }: Reading,
): Promise<Answer> {
  const { query, skipToken } = asked;
  const tokens = new PageTokens(questionOf(asking.address), keys);
  const state = skipToken === undefined ? undefined : await tokens.read(skipToken);
  const left = state ? state.left : query.top;
  const from = {
    size: Math.min(MAX_PAGE, asking.maxPageSize ?? MAX_PAGE, left ?? MAX_PAGE),
    skip: state ? 0 : query.skip,
    cursor: state?.cursor,
    count: query.count && !state,
  };
  const isRows = asked.kind === 'rows';
  const page = isRows
    ? await reader.rows(asked.query, from)
    : await reader.groups(asked.query, from);
  const write = isRows ? rowWriting(asked.query, form) : groupWriting(valuesOf(asked.query), form);
  const context = isRows ? rowsContext(asked.query, false) : groupsContext(asked.query);
  const next = await nextState(page, left, tokens, asking);
  return {
    contentType: contentTypeOf(form),
    text: [
      `{${contextMember(context, asking, form)}`,
      page.total === undefined ? '' : `"@odata.count":${String(page.total)},`,
      page.suppressed === undefined
        ? ''
        : `"@${asking.model.namespace}.suppressedGroups":${String(page.suppressed)},`,
      `"value":[${page.rows.map(write).join(',')}]`,
      next === undefined ? '' : `,"@odata.nextLink":${JSON.stringify(next)}`,
      '}\n',
    ].join(''),
  };
}

/** The address of the next page; undefined where the list ends. */
async function nextState(
  { rows, next }: Page,
  left: number | undefined,
  tokens: PageTokens,
  { address, root }: Asking,
): Promise<string | undefined> {
  const rest = left === undefined ? undefined : left - rows.length;
  if (next === undefined || (rest !== undefined && rest <= 0)) return undefined;
  const token = await tokens.write({ cursor: next, left: rest });
  return nextAddress(address, root, token);
}

function contextMember(context: string, { root }: Asking, { metadata }: JsonForm): string {
  return metadata === 'none'
    ? ''
    : `"@odata.context":${JSON.stringify(`${root}$metadata${context}`)},`;
}

function valuesOf({ keys, aggregates, counts }: GroupsQuery): readonly DynamicValue[] {
  return [
    ...keys.map(({ name, type, collection }) => ({ name, type, collection, isDeclared: true })),
    ...aggregates.map(({ alias }) => ({
      name: alias,
      type: 'Edm.Decimal' as const,
      collection: false,
      isDeclared: false,
    })),
    ...counts.map((name) => ({
      name,
      type: 'Edm.Int64' as const,
      collection: false,
      isDeclared: false,
    })),
  ];
}
