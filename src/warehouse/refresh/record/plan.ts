import { lineage } from '../../lineage/lineage';

/** The name of the step in which rows that marts share are read, such as `signed reports`. */
export function sharedStep(table: string): string {
  return table.slice(table.indexOf('.') + 1).replaceAll('_', ' ');
}

/** The steps of a run that has something to do, in their order; how far a run is, is counted by them. */
export function plannedSteps(): string[] {
  const { silver, defects, shared, marts } = lineage();
  return [
    'bronze',
    ...silver.map(({ table }) => table),
    defects.table,
    'pseudonyms',
    ...shared.map(({ table }) => sharedStep(table)),
    'rollups of items',
    ...marts.map(({ table }) => table),
    'rollups',
    'gates',
    'statistics',
    'publish',
  ];
}
