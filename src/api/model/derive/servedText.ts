import type { Grain } from '../grain';
import { typesOfColumns } from '../../../ground/types/types';
import { isMart, servesRows } from '../lookup';
import type { Column, Mart, Model, Table } from '../mart';
import { connectionArguments, deriveConnection } from './connection';
import { deriveFilter, deriveLinkFilters } from './filter';
import { deriveGroups, groupsArguments } from './group';
import { maskedField } from '../names';
import { deriveScalars } from './scalars';
import { block, member } from './sdlText';

/** What of the hand-written text the derivation has to know. */
export interface Written {
  /** The names of all types that it defines. */
  readonly defined: ReadonlySet<string>;
  /** The fields of the interface that all marts of the grain share, as text. */
  sharedFields(grain: Grain): readonly string[];
  /** The GraphQL type of a column: an enum is a text to the model. */
  typeOf(table: Table, column: Column): string;
}

/** All that follows from the model, as SDL. It extends the hand-written text and is nothing without it. */
export function derivedText(model: Model, written: Written): string {
  const tables: readonly Table[] = [...model.marts, ...model.entities];
  return [
    ...deriveScalars(typesOfColumns, written.defined),
    ...model.marts.map((mart) => sharedFields(mart, written)),
    ...model.entities.flatMap((entity) => ownFields(entity, written)),
    ...tables.map((table) => ofTable(table, written)),
    ...deriveLinkFilters(tables),
    rootFields(tables),
    ...linkFields(model.entities),
  ].join('\n');
}

function sharedFields(mart: Mart, written: Written): string {
  const { name, grain, company, defects, dimensions } = mart;
  const shared = written.sharedFields(grain);
  const members = [...shared];
  if (grain.periods) members.push(member('report: Report!', 'The report that the row is of.'));
  else {
    for (const { field, masked } of dimensions) {
      if (masked)
        members.push(member(`${maskedField(field)}: Boolean!`, `\`${field}\` is a pseudonym.`));
    }
    if (company) {
      members.push(
        member('company: Company', 'Null where the row is of no company that the register knows.'),
      );
    }
  }
  if (defects) {
    members.push(
      member('missing: [MissingValue!]!', 'The measures of the row that are null, each with why.'),
    );
  }
  return block(`extend type ${name} implements ${grain.fields}`, '', members);
}

/** An entity says itself that it implements the interface, by which it is known to be one of reports. */
function ownFields({ name, grain }: Table, written: Written): string[] {
  return grain ? [block(`extend type ${name}`, '', written.sharedFields(grain))] : [];
}

function ofTable(table: Table, written: Written): string {
  const typeOf = (column: Column) => written.typeOf(table, column);
  const rows = [
    deriveFilter(table, typeOf),
    ...(servesRows(table) ? [deriveConnection(table)] : []),
  ];
  return [...rows, ...(isMart(table) ? [deriveGroups(table, typeOf)] : [])].join('\n');
}

function rootFields(tables: readonly Table[]): string {
  return block(
    'extend type Query',
    '',
    tables.flatMap((table) => {
      const { name, rootField, description } = table;
      const rows = `${rootField}(${connectionArguments(name)}): ${name}Connection!`;
      const groups = `${rootField}Groups(${groupsArguments(name)}): ${name}GroupConnection!`;
      return [
        ...(servesRows(table) ? [member(rows, description)] : []),
        ...(isMart(table) ? [member(groups, `${description} Grouped.`)] : []),
      ];
    }),
  );
}

function linkFields(tables: readonly Table[]): string[] {
  const linking = tables.filter(({ links }) => links.length > 0);
  return linking.map(({ name: type, links }) =>
    block(
      `extend type ${type}`,
      '',
      links.map(({ field, to: { name, description }, one }) =>
        one
          ? member(`${field}: ${name}`, description)
          : member(`${field}(${connectionArguments(name)}): ${name}Connection!`, description),
      ),
    ),
  );
}
