import { aggregatesOf, measuresOf, type Aggregate } from '../aggregates';
import type { Mart, Measure } from '../mart';
import { block, member } from './sdlText';

/** What a value of an aggregate's type is, and what a condition on one. */
interface ValueKind {
  readonly type: (measure: Measure) => string;
  readonly condition: (measure: Measure) => string;
}

const OF_MEASURE: ValueKind = {
  type: valueType,
  condition: (measure) => `${valueType(measure)}Filter`,
};

/** By the ends of the types' names: `FinancingAggregate`, `FinancingAverage`. */
const KINDS = {
  Aggregate: OF_MEASURE,
  /** Sums and the like, where not all measures have them. */
  Added: OF_MEASURE,
  Average: { type: () => 'Decimal', condition: () => 'DecimalFilter' },
  Count: { type: () => 'Int!', condition: () => 'IntFilter' },
  Share: { type: () => 'Float', condition: () => 'FloatFilter' },
} as const satisfies Readonly<Record<string, ValueKind>>;
type Kind = keyof typeof KINDS;

/** The type of an aggregate's values. */
export function aggregateTypeName(mart: Mart, aggregate: Aggregate): string {
  return `${mart.name}${kindOf(mart, aggregate)}`;
}

/** The types of all aggregates of the mart. */
export function aggregateTypes(mart: Mart): string[] {
  return kindsOf(mart).map(([kind, measures]) =>
    block(
      `type ${mart.name}${kind}`,
      '',
      measures.map((measure) =>
        member(
          `${measure.field}: ${KINDS[kind].type(measure)}`,
          `${measure.description} ${measure.kind}.`.trimStart(),
        ),
      ),
    ),
  );
}

/** The inputs of conditions on them. */
export function aggregateFilters(mart: Mart): string[] {
  return kindsOf(mart).map(([kind, measures]) =>
    block(
      `input ${mart.name}${kind}Filter`,
      '',
      measures.map((measure) => `${measure.field}: ${KINDS[kind].condition(measure)}`),
    ),
  );
}

function kindsOf(mart: Mart): (readonly [Kind, readonly Measure[]])[] {
  const aggregates = aggregatesOf(mart);
  return (Object.keys(KINDS) as Kind[]).flatMap((kind) => {
    const first = aggregates.find((aggregate) => kindOf(mart, aggregate) === kind);
    return first ? [[kind, measuresOf(mart, first)] as const] : [];
  });
}

function kindOf(mart: Mart, aggregate: Aggregate): Kind {
  if (aggregate === 'avg') return 'Average';
  if (aggregate === 'count') return 'Count';
  if (aggregate === 'share') return 'Share';
  return measuresOf(mart, aggregate).length === mart.measures.length ? 'Aggregate' : 'Added';
}

/** Sums of counts can pass 32 bits. */
function valueType({ type, kind }: Measure): string {
  return type === 'Int' || kind === 'DISTINCT' ? 'BigInt' : type;
}
