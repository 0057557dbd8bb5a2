import { writeBroken } from './events/broken';
import { CHAPTERS } from './basis/chapters';
import { CompanyHistory } from './companies/companyHistory';
import type { DumpRecord } from './events/dumpRecord';
import { Journal } from './events/journal';
import { planDemonstration } from './plan';
import { ReportHistory } from './reports/reportHistory';
import { RequestHistory } from './requests/requestHistory';
import { ServiceRequests } from './requests/serviceRequests';
import { playChapter } from './events/track';
import { DEFAULT_SCALE } from './basis/volumes';

export interface Demonstration {
  /** 1 gives the volumes of January 2026, a tenth of them where it is left out. */
  readonly scale?: number;
  /** Sprinkles in records that belong in quarantine. The figures stay the same. */
  readonly broken?: boolean;
}

/** An unreadable record after so many others. */
const BROKEN_EVERY = 500;

/**
 * The change events of a tech park that never was, in the order in which Kafka got them. The same
 * scale gives the same bytes, always. Only the plan of the reports and participations is kept in
 * memory; a row is written when its event is due, and forgotten.
 */
export function* generateEvents(options: Demonstration = {}): Generator<DumpRecord> {
  const { scale = DEFAULT_SCALE, broken = false } = options;
  const { volumes, participations, reports } = planDemonstration(scale);
  const journal = new Journal();
  const histories = [
    new CompanyHistory(volumes, participations, journal),
    new ReportHistory(reports, journal),
    new RequestHistory(new ServiceRequests(volumes, participations), journal),
  ];
  let events = 0;
  for (const { name } of CHAPTERS) {
    if (name === 'snapshot') journal.beginSnapshot();
    const tracks = histories.flatMap((history) => history.tracks(name));
    for (const record of playChapter(name, tracks, journal)) {
      yield record;
      events += 1;
      if (!broken || events % BROKEN_EVERY !== 0) continue;
      writeBroken(journal, events / BROKEN_EVERY);
      yield* journal.take();
    }
  }
}

/** A record as a line of a dump, without the line's end. */
export function dumpLine(record: DumpRecord): string {
  return JSON.stringify(record);
}
