import type { GroupsQuery, RowsQuery } from '../asked/rowsQuery';

/** What of the model an answer is of, as the fragment of its context address. */
export function rowsContext(query: RowsQuery, one: boolean): string {
  const list = selectList(query);
  return `#${query.set.name}${list === '' ? '' : `(${list})`}${one ? '/$entity' : ''}`;
}

export function groupsContext({ set, keys, aggregates, counts }: GroupsQuery): string {
  const names = [
    ...keys.map(({ name }) => name),
    ...aggregates.map(({ alias }) => alias),
    ...counts,
  ];
  return `#${set.name}(${names.join(',')})`;
}

/** Nothing where all properties are there, and all of the rows that are expanded. */
function selectList({ set, select, expand }: RowsQuery): string {
  const isWhole = select.length === set.properties.size;
  const below = expand.map(({ navigation, query }) => ({
    name: navigation.name,
    list: selectList(query),
  }));
  if (isWhole && below.every(({ list }) => list === '')) return '';
  const ways = below
    .filter(({ list }) => !isWhole || list !== '')
    .map(({ name, list }) => (list === '' ? name : `${name}(${list})`));
  return [...(isWhole ? ['*'] : select.map(({ name }) => name)), ...ways].join(',');
}
