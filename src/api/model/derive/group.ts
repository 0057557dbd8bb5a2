import { aggregatesOf, countsOf, type Count } from '../aggregates';
import { groupDimensions } from '../groupDimensions';
import { hasCertificate } from '../lookup';
import type { Column, Mart } from '../mart';
import { screamingSnake } from '../names';
import { aggregateTexts } from './aggregateTexts';
import { aggregateFilters, aggregateTypeName, aggregateTypes } from './aggregateTypes';
import { pages } from './connection';
import { block, member } from './sdlText';

/** Everything that `financingGroups` needs: what rows are grouped by, and what a group says. */
export function deriveGroups(mart: Mart, typeOf: (column: Column) => string): string {
  const { name } = mart;
  return [
    dimensionEnum(mart),
    measureEnum(mart),
    key(mart, typeOf),
    ...aggregateTypes(mart),
    group(mart),
    groupOrderBy(mart),
    ...aggregateFilters(mart),
    groupFilter(mart),
    pages(`${name}Group`, `${name}Group`, '', [
      member('suppressedGroups: Int!', mart.rows ? WITHHELD : withheldOfAll(mart)),
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

const WITHHELD =
  'How many groups are withheld from a caller without bin:read, because they have too few companies or would give away one that has (MIN_GROUP_COMPANIES). They are on no page and count nowhere.';

function withheldOfAll({ minGroup }: Mart): string {
  return `How many groups are withheld from every caller, because they have fewer than ${String(minGroup)} subjects or would give away one that has. They are on no page and count nowhere.`;
}

function dimensionEnum(mart: Mart): string {
  return block(`enum ${mart.name}Dimension`, `What the rows can be grouped by.`, [
    ...groupDimensions(mart).map(({ groupName, list }) =>
      member(groupName, list ? 'A row is in the group of each of its elements.' : ''),
    ),
    ...(hasCertificate(mart)
      ? [
          member('CERTIFICATE', "The resolved certificate's number."),
          member('CERTIFICATE_SOURCE', "Where the resolved certificate's number was found."),
        ]
      : []),
  ]);
}

function measureEnum({ name, measures }: Mart): string {
  return block(
    `enum ${name}Measure`,
    'What is added up.',
    measures.map(({ field }) => screamingSnake(field)),
  );
}

function key(mart: Mart, typeOf: (column: Column) => string): string {
  return block(
    `type ${mart.name}GroupKey`,
    'What the rows of a group have in common: the fields that `by` names; the others are null.',
    [
      ...groupDimensions(mart).map((column) =>
        member(`${column.groupField}: ${typeOf(column)}`, column.description),
      ),
      ...(hasCertificate(mart)
        ? [
            member('certificate: String', "The resolved certificate's number."),
            member('certificateSource: CertificateSource', 'Where the number was found.'),
          ]
        : []),
    ],
  );
}

function group(mart: Mart): string {
  const { name, grain } = mart;
  const counts: Readonly<Record<Count, string>> = {
    rows: 'rows: Int!',
    companies: member(
      'companies: Int!',
      grain.periods
        ? 'Distinct companies: by `companyId`, else by the service request.'
        : 'Distinct companies: of rows without one by their subjects.',
    ),
    participations: member('participations: Int!', 'Distinct service requests.'),
  };
  const told = aggregateTexts(mart);
  return block(`type ${name}Group`, '', [
    `key: ${name}GroupKey!`,
    ...countsOf(mart).map((count) => counts[count]),
    ...aggregatesOf(mart).map((each) =>
      member(`${each}: ${aggregateTypeName(mart, each)}!`, told[each]),
    ),
  ]);
}

function groupOrderBy(mart: Mart): string {
  const { name } = mart;
  return block(
    `input ${name}GroupOrderBy`,
    'One of the fields beside `direction` and `nulls` says what the groups are ordered by; the key ends every order.',
    [
      member(`key: ${name}Dimension`, 'One of those in `by`.'),
      ...aggregatesOf(mart).map((aggregate) => `${aggregate}: ${name}Measure`),
      ...countsOf(mart).map((count) => member(`${count}: Boolean`, 'Only true says anything.')),
      'direction: SortDirection = ASC',
      member('nulls: Nulls = LAST', 'Where groups without a value stand.'),
    ],
  );
}

/** `filterGroups`: which groups are selected, by their aggregates. */
function groupFilter(mart: Mart): string {
  const { name } = mart;
  return block(
    `input ${name}GroupFilter`,
    'Which groups, by what their rows come to: all conditions that are given hold. `filter` says which rows are in them.',
    [
      ...aggregatesOf(mart).map((each) => `${each}: ${aggregateTypeName(mart, each)}Filter`),
      ...countsOf(mart).map((count) => `${count}: IntFilter`),
      member(`and: [${name}GroupFilter!]`, 'All of these hold.'),
      member(`or: [${name}GroupFilter!]`, 'At least one of these holds.'),
      member(
        `not: ${name}GroupFilter`,
        'The exact complement: also groups without a value match it.',
      ),
    ],
  );
}
