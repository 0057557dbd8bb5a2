import type { SourceTable } from '../database/sourceTables';
import { SOURCE_TABLES } from '../database/sourceTables';

/** Columns whose texts hold JSON of their own; PostgreSQL will read into them. */
export const JSON_COLUMNS: Readonly<Record<SourceTable, readonly string[]>> = {
  service_report: ['data', 'signature'],
  service_servicerequest: ['data'],
  account_company: [],
};

export const REPORT_TYPES: ReadonlySet<string> = new Set([
  'quarter1',
  'quarter2',
  'quarter3',
  'quarter4',
  'yearly',
]);

/** The table of a topic: the last part of its name. Undefined where it is none of the three. */
export function tableOfTopic(topic: string): SourceTable | undefined {
  const name = topic.slice(topic.lastIndexOf('.') + 1);
  return SOURCE_TABLES.find((table) => table === name);
}
