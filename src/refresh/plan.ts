import { goldTables } from './definition';

/** The steps of a run that has something to do, in their order; how far a run is, is counted by them. */
export function plannedSteps(): string[] {
  return [
    'bronze',
    'silver.companies',
    'silver.service_requests',
    'silver.techpark_participants',
    'silver.service_report_v2',
    'silver.defects',
    'pseudonyms',
    'signed reports',
    'rollups of items',
    ...goldTables().map((name) => `gold.${name}`),
    'rollups',
    'gates',
    'statistics',
    'publish',
  ];
}
