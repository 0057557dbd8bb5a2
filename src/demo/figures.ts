import { planDemonstration } from './plan';

/** What the refresh must make of the demonstration data, counted from the plan before any event. */
export interface ExpectedFigures {
  readonly silver: {
    readonly reports: number;
    readonly reportingCompanies: number;
    readonly participants: number;
    readonly requests: number;
    readonly companies: number;
  };
  readonly gold: {
    /** Rows in each of the five marts that have one for every signed report. */
    readonly reports: number;
    readonly exportByCountry: number;
    readonly superseded: number;
    readonly withoutBin: number;
  };
  readonly certificate: {
    readonly missingInReport: number;
    readonly byParticipant: number;
    readonly byServiceRequest: number;
    /** Without a number even after resolution. */
    readonly missing: number;
    readonly conflicting: number;
  };
}

export function expectedFigures(scale: number): ExpectedFigures {
  const { volumes, participations, reports } = planDemonstration(scale);
  const existing = reports.filter((report) => report.fate !== 'deleted');
  const signed = existing.filter((report) => report.status === 'signed');
  const missing = signed.filter((report) => report.certificate === 'missing');
  const unresolved = missing.filter((report) => report.participation.certificateNumber === null);
  const byParticipant = missing.filter((report) => report.participation.role === 'participant');
  return {
    silver: {
      reports: existing.length,
      reportingCompanies: new Set(existing.map((report) => report.participation.company)).size,
      participants: participations.filter(({ role }) => role === 'participant').length,
      requests: volumes.requests,
      companies: volumes.companies,
    },
    gold: {
      reports: signed.length,
      exportByCountry: signed.reduce((sum, report) => sum + report.exportItems, 0),
      superseded: signed.filter((report) => report.superseding).length,
      withoutBin: signed.filter((report) => !report.binKnown).length,
    },
    certificate: {
      missingInReport: missing.length,
      byParticipant: byParticipant.length,
      byServiceRequest: missing.length - byParticipant.length - unresolved.length,
      missing: unresolved.length,
      conflicting: signed.filter((report) => report.certificate === 'conflicting').length,
    },
  };
}
