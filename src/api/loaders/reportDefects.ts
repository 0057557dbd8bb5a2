import DataLoader from 'dataloader';
import { readReportDefects, type ReportDefect } from '../query/quality/reportDefects';
import type { QuietMoment } from './quietMoment';
import type { Reading } from './reading';

/** By report_id, whichever marts ask: all of the report's defects. */
export type ReportDefectsLoader = DataLoader<number, readonly ReportDefect[]>;

export function reportDefectsLoader(
  read: () => Promise<Reading>,
  moment: QuietMoment,
): ReportDefectsLoader {
  return new DataLoader(
    async (reports) => {
      const { database, query } = await read();
      const ofReport = new Map(reports.map((report): [number, ReportDefect[]] => [report, []]));
      for (const defect of await readReportDefects(database, reports, query)) {
        ofReport.get(defect.reportId)?.push(defect);
      }
      return reports.map((report) => ofReport.get(report) ?? []);
    },
    { batchScheduleFn: moment.schedule },
  );
}
