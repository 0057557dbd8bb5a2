import type { RowsQuery } from '../asked/rowsQuery';
import type { EdmType } from '../model/entityModel';
import type { JsonForm } from './format';
import type { Row } from './reader';

/** Writes a value that is not null. */
type WriteValue = (value: unknown) => string;

/** Of a member of an object: what stands before its value, and the value. */
interface Member {
  readonly start: string;
  write(row: Row): string;
}

/** How rows of a query become JSON; made once for all rows of an answer. */
export function rowWriting(query: RowsQuery, form: JsonForm): (row: Row) => string {
  const members = query.select.map(({ name, type, collection }) =>
    memberOf(name, valueWriting(type, collection, form)),
  );
  for (const { navigation, query: below } of query.expand) {
    const write = rowWriting(below, form);
    const { name } = navigation;
    members.push({
      start: `"${name}":`,
      write: (row) => {
        const found = row[name];
        if (Array.isArray(found)) return `[${(found as readonly Row[]).map(write).join(',')}]`;
        return found === null || found === undefined ? 'null' : write(found as Row);
      },
    });
    if (below.count) {
      members.unshift({
        start: `"${name}@odata.count":`,
        write: (row) => String(row[`${name}@odata.count`] ?? 0),
      });
    }
  }
  return objectWriting(members);
}

/** A value that has no place in the model, such as a group's total: its type is said beside it. */
export interface DynamicValue {
  readonly name: string;
  readonly type: EdmType | 'Edm.Int64';
  readonly collection: boolean;
  /** It is a property of the model, so that its type is known. */
  readonly isDeclared: boolean;
}

/** How groups become JSON. */
export function groupWriting(
  values: readonly DynamicValue[],
  form: JsonForm,
): (row: Row) => string {
  const members = values.map(({ name, type, collection, isDeclared }) => {
    const said =
      isDeclared || form.metadata === 'none'
        ? ''
        : `"${name}@odata.type":"#${type.replace('Edm.', '')}",`;
    return { ...memberOf(name, valueWriting(type, collection, form)), said };
  });
  return objectWriting(members.map(({ start, said, write }) => ({ start: said + start, write })));
}

function objectWriting(members: readonly Member[]): (row: Row) => string {
  const starts = members.map(({ start }, index) => (index === 0 ? start : `,${start}`));
  return (row) => {
    let text = '{';
    for (let index = 0; index < members.length; index += 1) {
      text += (starts[index] ?? '') + (members[index]?.write(row) ?? '');
    }
    return `${text}}`;
  };
}

function memberOf(name: string, write: WriteValue): Member {
  return {
    start: `${JSON.stringify(name)}:`,
    write: (row) => {
      const value = row[name];
      return value === null || value === undefined ? 'null' : write(value);
    },
  };
}

/** Digits are written as they came: a number of JavaScript would lose some. */
function valueWriting(
  type: EdmType | 'Edm.Int64',
  collection: boolean,
  { asTexts }: JsonForm,
): WriteValue {
  if (collection) return (value) => JSON.stringify(value);
  switch (type) {
    case 'Edm.Decimal':
    case 'Edm.Int64':
      return asTexts ? (value) => `"${digits(value)}"` : digits;
    case 'Edm.Int32':
    case 'Edm.Boolean':
      return String;
    default:
      return (value) => JSON.stringify(value);
  }
}

function digits(value: unknown): string {
  const text = String(value);
  if (/^-?\d+(\.\d+)?$/.test(text)) return text;
  throw new Error('An amount to be answered is no number of digits.');
}
