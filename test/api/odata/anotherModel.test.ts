import {
  answerOfData,
  answerOfModel,
  formFor,
  type Asking,
} from '../../../src/api/odata/answer/answerFor';
import type { Reader } from '../../../src/api/odata/answer/reader';
import { readAsked } from '../../../src/api/odata/asked/readAsked';
import type { EntityModel, Property } from '../../../src/api/odata/model/entityModel';
import { readAddress } from '../../../src/api/odata/syntax/address';

const said = (text: string) => ({ kk: text, ru: text, en: text });

function property(name: string, type: Property['type'], more: Partial<Property> = {}): Property {
  return {
    name,
    type,
    collection: false,
    nullable: false,
    caption: said(name),
    description: '',
    filterable: true,
    sortable: true,
    groupable: true,
    ...more,
  };
}

const planets = [
  property('id', 'Edm.Int32'),
  property('name', 'Edm.String', { maxLength: 20 }),
  property('mass', 'Edm.Decimal', { precision: 30, scale: 5 }),
];
const model: EntityModel = {
  namespace: 'Sky',
  container: 'Heavens',
  sets: new Map([
    [
      'planets',
      {
        name: 'planets',
        type: 'Planet',
        key: ['id'],
        properties: new Map(planets.map((each) => [each.name, each])),
        navigations: new Map(),
        caption: said('Planets'),
        description: 'What goes around a sun.',
        grouped: false,
        rows: true,
      },
    ],
  ]),
};

const ROWS = [
  { id: 1, name: 'Mercury', mass: '0.05527' },
  { id: 2, name: 'Earth', mass: '1.00000' },
  { id: 3, name: 'Jupiter', mass: '317.82838' },
];
/** It reads as many rows as it is asked for, after the one that a cursor names. */
const reader: Reader = {
  async rows(_query, { size, cursor }) {
    const begin = ROWS.findIndex(({ name }) => name === cursor) + 1;
    const rows = ROWS.slice(begin, begin + size);
    const next = begin + size < ROWS.length ? rows.at(-1)?.name : undefined;
    return { rows, next, total: undefined };
  },
  row: async (_query, key) => ROWS.find(({ id }) => id === key.get('id')),
  count: async () => ROWS.length,
  groups: () => Promise.reject(new Error('Planets are not added up.')),
};

async function answer(path: string, search = '', maxPageSize?: number): Promise<string> {
  const address = readAddress(path, search);
  const root = 'https://sky.example/odata/';
  const asking: Asking = { address, model, root, accept: undefined, maxPageSize };
  const asked = readAsked(address, model);
  const known = answerOfModel(asked, asking);
  if (known) return known.text;
  const keys = { dataVersionId: '7', keyOf: async () => Buffer.from('of version 7') };
  const { text } = await answerOfData(asked, asking, formFor(asked, asking), { reader, keys });
  return text;
}

test('another model is served as it is told: its document, its description, its rows and its pages', async () => {
  expect(JSON.parse(await answer('/'))).toMatchObject({
    value: [{ name: 'planets', title: 'Planets', kind: 'EntitySet', url: 'planets' }],
  });
  expect(await answer('/$metadata')).toContain(
    '<Property Name="mass" Type="Edm.Decimal" Nullable="false" Precision="30" Scale="5">',
  );
  expect(await answer('/planets(2)', '?$select=mass')).toBe(
    '{"@odata.context":"https://sky.example/odata/$metadata#planets(mass)/$entity","mass":1.00000}\n',
  );
  const first = JSON.parse(await answer('/planets', '?$select=name', 2)) as {
    value: unknown;
    '@odata.nextLink': string;
  };
  expect(first.value).toEqual([{ name: 'Mercury' }, { name: 'Earth' }]);
  const { pathname, search } = new URL(first['@odata.nextLink']);
  expect(JSON.parse(await answer(pathname.replace('/odata', ''), search, 2))).toEqual({
    '@odata.context': 'https://sky.example/odata/$metadata#planets(name)',
    value: [{ name: 'Jupiter' }],
  });
});

test('what another model does not have is refused by its own names', async () => {
  await expect(answer('/planets', '?$filter=moons gt 1')).rejects.toThrow(
    '$filter has "moons", which planets does not have; expected one of id, name, mass.',
  );
  await expect(answer('/moons')).rejects.toThrow(
    'There is no entity set "moons"; expected one of planets, or $metadata.',
  );
});
