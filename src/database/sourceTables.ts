/**
 * The three tables of ARM that Debezium captures, in the order in which their rows look at each
 * other: a request at its company, a report at its request.
 */
export const SOURCE_TABLES = [
  'account_company',
  'service_servicerequest',
  'service_report',
] as const;

export type SourceTable = (typeof SOURCE_TABLES)[number];

/** The Bronze table that keeps a source table's events. */
export function bronzeTableOf(table: SourceTable): string {
  return `bronze.${table}_cdc`;
}

/** Demonstration data have topics of their own; real data never mix with them. */
export const DEMONSTRATION_TOPICS = 'demo.';
