import { columnsOf } from '../aggregates';
import { hasCertificate } from '../lookup';
import type { Table } from '../mart';
import { screamingSnake } from '../names';
import { block, member } from './sdlText';

/** The order of a table's rows, and its pages. */
export function deriveConnection(table: Table): string {
  return [orderField(table), orderBy(table.name), pages(table.name, table.name, '')].join('\n');
}

/** The arguments of a field that pages through a table's rows. */
export function connectionArguments(name: string): string {
  return [
    `filter: ${name}Filter`,
    `orderBy: [${name}OrderBy!]`,
    'first: Int',
    'after: String',
    'last: Int',
    'before: String',
  ].join(', ');
}

/** `…Connection` and `…Edge` over nodes of a type, by the Relay cursor specification. */
export function pages(
  name: string,
  node: string,
  description: string,
  more: readonly string[] = [],
): string {
  return [
    block(`type ${name}Connection`, description, [
      `edges: [${name}Edge!]!`,
      `nodes: [${node}!]!`,
      'pageInfo: PageInfo!',
      member('totalCount: Int!', 'How many there are on all pages together.'),
      ...more,
    ]),
    block(`type ${name}Edge`, '', ['cursor: String!', `node: ${node}!`]),
  ].join('\n');
}

function orderField(table: Table): string {
  const columns = columnsOf(table).filter(({ list }) => !list);
  const certificate = hasCertificate(table)
    ? [member('CERTIFICATE', "The resolved certificate's number.")]
    : [];
  return block(`enum ${table.name}OrderField`, '', [
    ...columns.map(({ field }) => screamingSnake(field)),
    ...certificate,
  ]);
}

function orderBy(name: string): string {
  return block(
    `input ${name}OrderBy`,
    'Texts stand in the order of an ICU collation that no setting changes; the key ends every order.',
    [
      `field: ${name}OrderField!`,
      'direction: SortDirection = ASC',
      member('nulls: Nulls = LAST', 'Where rows without a value stand.'),
    ],
  );
}
