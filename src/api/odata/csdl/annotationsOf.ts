import type { Caption, EntityModel, EntitySet, Property } from '../model/entityModel';
import {
  list,
  member,
  number,
  property,
  record,
  text,
  truth,
  type Annotation,
  type AnnotationValue,
} from './annotation';

/** Every function that $filter takes. */
const FUNCTIONS = [
  ...['contains', 'startswith', 'endswith', 'tolower', 'toupper'],
  ...['year', 'month', 'day', 'date'],
];
const NOT = truth(false);

/** The caption, and beside English the other languages under their qualifiers. */
function captions({ en, ru, kk }: Caption): Annotation[] {
  return [
    { term: 'Core.Description', value: text(en) },
    { term: 'Core.Description', qualifier: 'ru', value: text(ru) },
    { term: 'Core.Description', qualifier: 'kk', value: text(kk) },
  ];
}

function longDescription(...sentences: readonly string[]): Annotation[] {
  const given = sentences.filter((sentence) => sentence.trim() !== '');
  if (given.length === 0) return [];
  return [{ term: 'Core.LongDescription', value: text(given.join(' ').replaceAll(/\s+/g, ' ')) }];
}

export function annotationsOfProperty({
  caption,
  description,
  measure,
  values,
}: Property): Annotation[] {
  return [
    ...captions(caption),
    ...longDescription(description, measure?.rule.en ?? ''),
    ...(measure?.currency === undefined
      ? []
      : [{ term: 'Measures.ISOCurrency', value: text(measure.currency) }]),
    ...(values ? [allowed(values)] : []),
  ];
}

function allowed(values: NonNullable<Property['values']>): Annotation {
  const records = values.map(({ value }) => record({ Value: text(value) }));
  return { term: 'Validation.AllowedValues', value: list(records) };
}

export function annotationsOfType({ description }: EntitySet): Annotation[] {
  return longDescription(description);
}

/** What can be asked of the rows of a set. Each property that is named is one of the set's. */
export function annotationsOfSet(set: EntitySet, { namespace }: EntityModel): Annotation[] {
  const named = (test: (each: Property) => boolean) =>
    list([...set.properties.values()].filter(test).map(({ name }) => property(name)));
  const capability = (term: string, value: AnnotationValue): Annotation => ({
    term: `Capabilities.${term}`,
    value,
  });
  return [
    ...captions(set.caption),
    capability('TopSupported', truth(true)),
    capability('SkipSupported', truth(true)),
    capability('IndexableByKey', truth(set.rows)),
    capability('CountRestrictions', record({ Countable: truth(true) })),
    capability('SearchRestrictions', record({ Searchable: NOT })),
    capability(
      'FilterRestrictions',
      record({
        Filterable: truth(true),
        NonFilterableProperties: named(({ filterable }) => !filterable),
      }),
    ),
    capability(
      'SortRestrictions',
      record({
        Sortable: truth(true),
        NonSortableProperties: named(({ sortable }) => !sortable),
      }),
    ),
    capability(
      'ExpandRestrictions',
      record({ Expandable: truth(set.navigations.size > 0), MaxLevels: number(1) }),
    ),
    capability('InsertRestrictions', record({ Insertable: NOT })),
    capability('UpdateRestrictions', record({ Updatable: NOT })),
    capability('DeleteRestrictions', record({ Deletable: NOT })),
    ...(set.grouped ? [applySupported(set, namespace)] : []),
  ];
}

function applySupported(set: EntitySet, namespace: string): Annotation {
  const properties = [...set.properties.values()];
  const measures = properties.flatMap(({ name, measure }) => {
    if (!measure) return [];
    const methods = measure.methods.map((method) =>
      text(method === 'total' ? `${namespace}.total` : method),
    );
    return [record({ Property: property(name), SupportedAggregationMethods: list(methods) })];
  });
  return {
    term: 'Aggregation.ApplySupported',
    value: record({
      Transformations: list(['filter', 'groupby', 'aggregate'].map(text)),
      CustomAggregationMethods: list([text(`${namespace}.total`)]),
      Rollup: member('Org.OData.Aggregation.V1.RollupType', 'None'),
      GroupableProperties: list(
        properties.filter(({ groupable }) => groupable).map(({ name }) => property(name)),
      ),
      AggregatableProperties: list(measures),
    }),
  };
}

export function annotationsOfContainer(): Annotation[] {
  const types = ['application/json;odata.metadata=minimal', 'application/json'];
  return [
    {
      term: 'Capabilities.ConformanceLevel',
      value: member('Org.OData.Capabilities.V1.ConformanceLevelType', 'Minimal'),
    },
    { term: 'Capabilities.SupportedFormats', value: list(types.map(text)) },
    { term: 'Capabilities.FilterFunctions', value: list(FUNCTIONS.map(text)) },
    { term: 'Capabilities.BatchSupported', value: NOT },
    { term: 'Capabilities.AsynchronousRequestsSupported', value: NOT },
    { term: 'Capabilities.KeyAsSegmentSupported', value: NOT },
  ];
}
