import type { Birth } from '../basis/chapters';
import { timeAtPlace } from '../basis/chapters';
import type { Participation } from '../companies/participations';
import type { Filing } from './filings';
import { fileReports } from './filings';
import type { ReportPlan } from './reportPlan';
import { placesUntilSigned } from './reportPlan';
import { assignCertificates, assignExports, assignFates } from './reportQuirks';
import { ABOUT, Random } from '../basis/random';
import { DAY, FIRST_YEAR, HOUR, quarterStart } from '../basis/time';
import type { Volumes } from '../basis/volumes';

/** Reports about the first quarter of 2025 and before were there when the connector came. */
const LIVE_FROM_QUARTER = 25;
const LIVE: readonly Birth[] = ['summer', 'autumn', 'winter'];

function birthOf(quarter: number): Birth {
  return quarter < LIVE_FROM_QUARTER ? 'snapshot' : (LIVE[quarter - LIVE_FROM_QUARTER] ?? 'winter');
}

/** How many reports are born in each live chapter: their places decide their times. */
function countBirths(filings: readonly Filing[]): ReadonlyMap<Birth, number> {
  const counts = new Map<Birth, number>();
  for (const { quarter } of filings) {
    const born = birthOf(quarter);
    counts.set(born, (counts.get(born) ?? 0) + 1);
  }
  return counts;
}

/** When a report was written and signed: live, by its place in its chapter; before, by its period. */
function timesOf(id: number, filing: Filing, place: number, births: ReadonlyMap<Birth, number>) {
  const born = birthOf(filing.quarter);
  const places = births.get(born) ?? 0;
  if (born !== 'snapshot') {
    const createdAt = timeAtPlace(born, place, places);
    const signedAt = timeAtPlace(born, place + placesUntilSigned(id), places);
    return { born, createdAt, signedAt, signedLate: false };
  }
  const random = new Random(ABOUT.plan, id);
  const due = quarterStart(filing.quarter + 1);
  const createdAt = due + random.between(3, 40) * DAY + random.below(DAY);
  const signedLate = filing.status === 'signed' && random.chance(0.02);
  const signedAt = signedLate
    ? timeAtPlace('summer', place, places)
    : createdAt + random.between(1, 10 * 24) * HOUR + random.below(HOUR);
  return { born, createdAt, signedAt, signedLate };
}

/** Every report that ever was, in the order of its id, which is that of its period. */
export function planReports(
  volumes: Volumes,
  participations: readonly Participation[],
): ReportPlan[] {
  const filings = fileReports(volumes, participations);
  const births = countBirths(filings);
  let firstOfChapter = 0;
  let chapter: Birth = 'snapshot';
  const plans = filings.map((filing, index): ReportPlan => {
    const { participation, quarter, period, status, superseding } = filing;
    if (birthOf(quarter) !== chapter) {
      chapter = birthOf(quarter);
      firstOfChapter = index;
    }
    const id = index + 1;
    return {
      id,
      participation,
      year: FIRST_YEAR + Math.floor(quarter / 4),
      period,
      quarter,
      status: status === 'deleted' ? 'signed' : status,
      superseding,
      ...timesOf(id, filing, index - firstOfChapter, births),
      fate: status === 'deleted' ? 'deleted' : 'plain',
      certificate: 'own',
      exportItems: 0,
      binKnown: true,
    };
  });
  assignFates(volumes, plans);
  assignCertificates(volumes, plans);
  assignExports(volumes, plans);
  return plans;
}
