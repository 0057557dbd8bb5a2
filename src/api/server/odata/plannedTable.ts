import type { DescribedField, DescribedTable } from '../../model/describedTable';
import { isMart } from '../../model/lookup';
import type { Mart, Table } from '../../model/mart';
import { loadingTimesOf } from '../../query/columns/loadingTimes';
import { screamingSnake } from '../../model/names';
import { propertyName } from '../../odata/model/entityModelOf';

/** What a property is to the planner. */
export interface PlannedField {
  /** The field, and where the field is the certificate, the part of it. */
  readonly path: readonly string[];
  /** Its name in orders. */
  readonly order: string | undefined;
  readonly group: { readonly by: string; readonly key: string } | undefined;
  /** It is of an enum, whose values columns hold in lower case. */
  readonly inLowerCase: boolean;
}

/** A set's table, and what its properties are to the planner. */
export interface PlannedTable {
  readonly table: Table;
  readonly mart: Mart | undefined;
  readonly fields: ReadonlyMap<string, PlannedField>;
}

/** By the names of the sets. */
export type PlannedTables = ReadonlyMap<string, PlannedTable>;

export function plannedTables(described: readonly DescribedTable[]): PlannedTables {
  return new Map(
    described.map((each) => {
      const { table } = each;
      const fields = new Map([
        ...each.fields.flatMap((field) => plannedFields(table, field)),
        ...loadingTimesOf(table).map(({ name }) => loadingTime(name)),
      ]);
      return [table.rootField, { table, mart: isMart(table) ? table : undefined, fields }];
    }),
  );
}

function plannedFields(table: Table, field: DescribedField): [string, PlannedField][] {
  const { name, orderBy: order, group, masked, values } = field;
  const column = table.dimensions.find((dimension) => dimension.field === name);
  const inLowerCase = values !== undefined && column?.type === 'String';
  const own: PlannedField = { path: name.split('.'), order, group, inLowerCase };
  if (!masked) return [[propertyName(name), own]];
  const whether = `${name}Masked`;
  const maskedField = { path: [whether], order: undefined, group: undefined, inLowerCase: false };
  return [
    [name, own],
    [whether, maskedField],
  ];
}

function loadingTime(name: string): [string, PlannedField] {
  const order = screamingSnake(name);
  return [name, { path: [name], order, group: undefined, inLowerCase: false }];
}

export function plannedField({ table, fields }: PlannedTable, property: string): PlannedField {
  const field = fields.get(property);
  if (!field) throw new Error(`${table.name} has nothing for the property ${property}.`);
  return field;
}
