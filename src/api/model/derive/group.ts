import type { Column, Mart, Measure } from '../mart';
import { screamingSnake } from '../names';
import { pages } from './connection';
import { block, member } from './sdlText';

/** Everything that `financingGroups` needs: what rows are grouped by, and what a group says. */
export function deriveGroups(mart: Mart, typeOf: (column: Column) => string): string {
  const { name } = mart;
  return [
    dimensionEnum(mart),
    measureEnum(mart),
    key(mart, typeOf),
    aggregate(mart, `${name}Aggregate`, valueType),
    aggregate(mart, `${name}Average`, () => 'Decimal'),
    aggregate(mart, `${name}Count`, () => 'Int!'),
    aggregate(mart, `${name}Share`, () => 'Float'),
    group(name),
    groupOrderBy(name),
    ...groupFilters(mart),
    pages(`${name}Group`, `${name}Group`, '', [
      member(
        'suppressedGroups: Int!',
        'How many groups are withheld from a caller without bin:read, because they have too few companies or would give away one that has (MIN_GROUP_COMPANIES). They are on no page and count nowhere.',
      ),
    ]),
  ].join('\n');
}

/** The arguments of the field that pages through a mart's groups. */
export function groupsArguments(name: string): string {
  return [
    `by: [${name}Dimension!]!`,
    `filter: ${name}Filter`,
    `filterGroups: ${name}GroupFilter`,
    `orderBy: [${name}GroupOrderBy!]`,
    'first: Int',
    'after: String',
  ].join(', ');
}

function dimensionEnum({ name, dimensions }: Mart): string {
  return block(`enum ${name}Dimension`, `What the rows can be grouped by.`, [
    ...dimensions.map(({ groupName, list }) =>
      member(groupName, list ? 'A row is in the group of each of its elements.' : ''),
    ),
    member('CERTIFICATE', "The resolved certificate's number."),
    member('CERTIFICATE_SOURCE', "Where the resolved certificate's number was found."),
  ]);
}

function measureEnum({ name, measures }: Mart): string {
  return block(
    `enum ${name}Measure`,
    'What is added up.',
    measures.map(({ field }) => screamingSnake(field)),
  );
}

function key({ name, dimensions }: Mart, typeOf: (column: Column) => string): string {
  return block(
    `type ${name}GroupKey`,
    'What the rows of a group have in common: the fields that `by` names; the others are null.',
    [
      ...dimensions.map((column) =>
        member(`${column.groupField}: ${typeOf(column)}`, column.description),
      ),
      member('certificate: String', "The resolved certificate's number."),
      member('certificateSource: CertificateSource', 'Where the number was found.'),
    ],
  );
}

function aggregate(mart: Mart, type: string, typeOf: (measure: Measure) => string): string {
  return block(
    `type ${type}`,
    '',
    mart.measures.map((measure) =>
      member(
        `${measure.field}: ${typeOf(measure)}`,
        `${measure.description} ${measure.kind}.`.trimStart(),
      ),
    ),
  );
}

/** Sums of counts can pass 32 bits. */
function valueType({ type }: Measure): string {
  return type === 'Int' ? 'BigInt' : type;
}

function group(name: string): string {
  return block(`type ${name}Group`, '', [
    `key: ${name}GroupKey!`,
    'rows: Int!',
    member('companies: Int!', 'Distinct companies: by `companyId`, else by the service request.'),
    member('participations: Int!', 'Distinct service requests.'),
    member(
      `total: ${name}Aggregate!`,
      'What the rows come to, by the kind of each measure: no money is counted twice, and superseded reports do not count.',
    ),
    member(`sum: ${name}Aggregate!`, 'The rows simply added, whatever they mean.'),
    member(`avg: ${name}Average!`, 'Rounded to two decimals, half away from zero.'),
    `min: ${name}Aggregate!`,
    `max: ${name}Aggregate!`,
    member(`count: ${name}Count!`, 'How many rows have a value.'),
    member(
      `previous: ${name}Aggregate!`,
      'The `total` of the same group in the year before, whatever the filter says of years. Needs YEAR in `by`.',
    ),
    member(
      `change: ${name}Aggregate!`,
      '`total` less `previous`; null where either is null. Needs YEAR in `by`.',
    ),
    member(
      `share: ${name}Share!`,
      '`total` as a part of the total of all rows that the filter leaves, as `by: []` gives it (of a STOCK that of the latest year); null where that is null or zero. Rounded to six decimals, half away from zero.',
    ),
  ]);
}

const OF_ROWS = ['total', 'sum', 'avg', 'min', 'max', 'count'];
const COMPARING = ['previous', 'change', 'share'];
const COUNTS = ['rows', 'companies', 'participations'];

function groupOrderBy(name: string): string {
  return block(
    `input ${name}GroupOrderBy`,
    'One of the fields beside `direction` and `nulls` says what the groups are ordered by; the key ends every order.',
    [
      member(`key: ${name}Dimension`, 'One of those in `by`.'),
      ...[...OF_ROWS, ...COMPARING].map((aggregate) => `${aggregate}: ${name}Measure`),
      ...COUNTS.map((count) => member(`${count}: Boolean`, 'Only true says anything.')),
      'direction: SortDirection = ASC',
      member('nulls: Nulls = LAST', 'Where groups without a value stand.'),
    ],
  );
}

/** `filterGroups`: which groups are meant, by what their rows come to. */
function groupFilters(mart: Mart): string[] {
  const { name } = mart;
  const filterOf = (type: string, conditions: (measure: Measure) => string) =>
    block(
      `input ${name}${type}Filter`,
      '',
      mart.measures.map((measure) => `${measure.field}: ${conditions(measure)}`),
    );
  const typeOf: Readonly<Record<string, string>> = {
    avg: 'Average',
    count: 'Count',
    share: 'Share',
  };
  return [
    filterOf('Aggregate', (measure) => `${valueType(measure)}Filter`),
    filterOf('Average', () => 'DecimalFilter'),
    filterOf('Count', () => 'IntFilter'),
    filterOf('Share', () => 'FloatFilter'),
    block(
      `input ${name}GroupFilter`,
      'Which groups, by what their rows come to: all conditions that are given hold. `filter` says which rows are in them.',
      [
        ...[...OF_ROWS, ...COMPARING].map(
          (aggregate) => `${aggregate}: ${name}${typeOf[aggregate] ?? 'Aggregate'}Filter`,
        ),
        ...COUNTS.map((count) => `${count}: IntFilter`),
        member(`and: [${name}GroupFilter!]`, 'All of these hold.'),
        member(`or: [${name}GroupFilter!]`, 'At least one of these holds.'),
        member(
          `not: ${name}GroupFilter`,
          'The exact complement: also groups without a value match it.',
        ),
      ],
    ),
  ];
}
