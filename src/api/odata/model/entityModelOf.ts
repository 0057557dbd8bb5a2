import type { DescribedField, DescribedTable } from '../../model/describedTable';
import { measuresOf, type Aggregate } from '../../model/aggregates';
import { isMart } from '../../model/lookup';
import type { Model, Table } from '../../model/mart';
import {
  METHODS,
  type EdmType,
  type EntityModel,
  type EntitySet,
  type Method,
  type Navigation,
  type Property,
} from './entityModel';

const NAMESPACE = 'Techorda';
const CONTAINER = 'Warehouse';

/** What GraphQL's types are in OData. */
const TYPES: Readonly<Record<string, EdmType>> = {
  Int: 'Edm.Int32',
  Boolean: 'Edm.Boolean',
  Decimal: 'Edm.Decimal',
  Date: 'Edm.Date',
  DateTime: 'Edm.DateTimeOffset',
};
/** Amounts are stored as numeric(20, 2). */
const AMOUNT = { precision: 20, scale: 2 } as const;
const MICROSECONDS = { precision: 6 } as const;
/** A BIN, and what stands for one, have twelve digits. */
const BIN = { maxLength: 12 } as const;
const LANGUAGES = ['kk', 'ru', 'en'] as const;

/** What the methods are called in the model. */
export const AGGREGATES = {
  total: 'total',
  sum: 'sum',
  min: 'min',
  max: 'max',
  average: 'avg',
} as const satisfies Readonly<Record<Method, Aggregate>>;

/** The ways from a row to the one entity that it names, where the row's table has the property. */
const WAYS_BACK = [
  { name: 'company', type: 'Company' },
  { name: 'participation', type: 'Participant' },
  { name: 'report', type: 'Report' },
] as const;

/** The marts and entities as OData has them: under the names and with the captions that GraphQL gives them. */
export function entityModelOf(model: Model, described: readonly DescribedTable[]): EntityModel {
  const sets = described.map((table) => [table.table.rootField, setOf(model, table)] as const);
  return { namespace: NAMESPACE, container: CONTAINER, sets: new Map(sets) };
}

/** The property that stands for a field of a described table: `certificate.number` is the resolved certificate. */
export function propertyName(field: string): string {
  const [first = '', second] = field.split('.');
  if (second === undefined || second === 'number') return first;
  return `${first}${second.charAt(0).toUpperCase()}${second.slice(1)}`;
}

function setOf(model: Model, { table, fields }: DescribedTable): EntitySet {
  const properties = fields.flatMap((field) => [
    propertyOf(table, field),
    ...(field.masked ? [maskedOf(field)] : []),
  ]);
  properties.push(...loadingTimesOf(table));
  const ways = [...waysBack(model, table), ...table.links.map(wayOn)];
  return {
    name: table.rootField,
    type: table.name,
    key: table.key,
    properties: new Map(properties.map((property) => [property.name, property])),
    navigations: new Map(ways.map((way) => [way.name, way])),
    caption: table.label,
    description: table.description,
    grouped: isMart(table),
    rows: !isMart(table) || table.rows,
  };
}

function propertyOf(table: Table, field: DescribedField): Property {
  const { label, description, measure, masked } = field;
  const base = field.type.replaceAll(/[[\]!]/g, '');
  const type = TYPES[base] ?? 'Edm.String';
  const collection = field.type.startsWith('[');
  const name = propertyName(field.name);
  return {
    name,
    type,
    collection,
    // A pseudonym is looked up, and so can be missing.
    nullable: field.nullable || masked,
    ...(type === 'Edm.Decimal' && AMOUNT),
    ...(type === 'Edm.DateTimeOffset' && MICROSECONDS),
    ...(masked && BIN),
    caption: label,
    description,
    filterable: field.filterOperators.length > 0,
    sortable: field.orderBy !== undefined,
    // Of a list each element is a key of its own, which OData has no property for.
    groupable: field.group?.key === name,
    ...(measure && {
      measure: {
        rule: measure.kindExplanation ?? label,
        methods: methodsOf(table, field.name),
        ...(measure.unit === 'KZT' && { currency: 'KZT' }),
      },
    }),
    ...(field.values && {
      values: field.values.map(({ value, label: caption }) => ({ value, caption })),
    }),
  };
}

/** The methods that the served schema has for a measure. */
function methodsOf(table: Table, field: string): readonly Method[] {
  if (!isMart(table)) return [];
  return METHODS.filter((method) =>
    measuresOf(table, AGGREGATES[method]).some((measure) => measure.field === field),
  );
}

/** The times by which a program that keeps a copy finds which rows to load again. */
function loadingTimesOf(table: Table): readonly Property[] {
  if (!isMart(table) || !table.rows) return [];
  return table.grain.periods ? [PERIOD_START, CHANGED_AT] : [CHANGED_AT];
}

const LOADING_TIME = {
  type: 'Edm.DateTimeOffset',
  collection: false,
  ...MICROSECONDS,
  filterable: true,
  sortable: true,
  groupable: false,
} as const;
const PERIOD_START: Property = {
  ...LOADING_TIME,
  name: 'periodStart',
  nullable: true,
  caption: { kk: 'Кезеңнің басы', ru: 'Начало периода', en: 'Start of the period' },
  description:
    'The first moment of the period of the report in Kazakhstan, for incremental refresh: a year for annual reports.',
};
const CHANGED_AT: Property = {
  ...LOADING_TIME,
  name: 'changedAt',
  nullable: false,
  caption: { kk: 'Жол өзгертілген уақыт', ru: 'Строка изменена', en: 'Row changed at' },
  description: 'When this row last changed here, for incremental refresh.',
};

/** Whether what stands in the property of a BIN is a pseudonym. */
function maskedOf({ name, label }: DescribedField): Property {
  const suffix = { kk: 'бүркеншік', ru: 'псевдоним', en: 'masked' } as const;
  const [kk, ru, en] = LANGUAGES.map((language) => `${label[language]}: ${suffix[language]}`);
  return {
    name: `${name}Masked`,
    type: 'Edm.Boolean',
    collection: false,
    nullable: false,
    caption: { kk: kk ?? '', ru: ru ?? '', en: en ?? '' },
    description: `${name} is a pseudonym.`,
    filterable: false,
    sortable: false,
    groupable: false,
  };
}

function waysBack(model: Model, table: Table): Navigation[] {
  return WAYS_BACK.flatMap(({ name, type }) => {
    const entity = model.entities.find((each) => each.name === type);
    const [by, ...others] = entity?.key ?? [];
    if (!entity || by === undefined || others.length > 0 || table.key.join() === by) return [];
    const hasColumn = table.dimensions.some(({ field, list }) => field === by && !list);
    return hasColumn ? [{ name, to: entity.rootField, many: false, by: [by] }] : [];
  });
}

function wayOn({ field, to, by, one }: Table['links'][number]): Navigation {
  return { name: field, to: to.rootField, many: !one, by };
}
