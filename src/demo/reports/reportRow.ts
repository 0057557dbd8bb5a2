import type { Chapter } from '../basis/chapters';
import { isBefore } from '../basis/chapters';
import type { Stage } from './reportData';
import { writeReportData } from './reportData';
import type { ReportPlan } from './reportPlan';
import { NEW_FORM_YEAR, PERIODS } from './reportPlan';
import { writeSignedXml } from './signedXml';
import { UNAVAILABLE } from '../events/tables';
import { isoTime } from '../basis/time';

/** What of a report may differ between two of its events. */
export interface ReportState {
  readonly chapter: Chapter;
  readonly status: string;
  readonly stage: Stage;
  readonly updatedAt: number;
  readonly viewed?: boolean;
  /** Columns that were not logged, being large and unchanged. */
  readonly dataHidden?: boolean;
  readonly signatureHidden?: boolean;
}

/** The state that a report is in once its author is done with it. */
export function finalState(plan: ReportPlan, chapter: Chapter, updatedAt: number): ReportState {
  return { chapter, status: plan.status, stage: 'final', updatedAt };
}

function writeSignature(plan: ReportPlan, { status, signatureHidden }: ReportState): string {
  if (signatureHidden) return `"${UNAVAILABLE}"`;
  if (status === 'draft') return plan.id % 5 === 0 ? '"{}"' : 'null';
  return JSON.stringify(`{"signed_xml":${JSON.stringify(writeSignedXml(plan))}}`);
}

export function writeReportRow(plan: ReportPlan, state: ReportState): string {
  const { chapter, status, stage, updatedAt } = state;
  const data = state.dataHidden ? UNAVAILABLE : writeReportData(plan, stage);
  const signedAt = status === 'draft' ? 'null' : `"${isoTime(plan.signedAt)}"`;
  // A column that nobody announced.
  const extra = isBefore(chapter, 'autumn') ? '' : `,"locale":"${plan.id % 4 === 0 ? 'kk' : 'ru'}"`;
  return (
    `{"id":${plan.id},"created_at":"${isoTime(plan.createdAt)}","updated_at":"${isoTime(updatedAt)}",` +
    `"year":${plan.year},"report_type":"${PERIODS[plan.period]}","data":${JSON.stringify(data)},` +
    `"signature":${writeSignature(plan, state)},"status":"${status}","author_id":${10 + (plan.id % 90)},` +
    `"service_request_id":${plan.participation.requestId},"viewed":${state.viewed ? '[7,12]' : '[]'},` +
    `"signed_at":${signedAt},"version":"${plan.year < NEW_FORM_YEAR ? 'v5' : 'v8'}"${extra}}`
  );
}
