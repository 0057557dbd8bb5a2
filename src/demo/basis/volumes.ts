/** How many of everything a scale means. At scale 1 the figures are those of January 2026. */
export interface Volumes {
  readonly companies: number;
  readonly deletedCompanies: number;
  /** Companies with at least one report. */
  readonly reportingCompanies: number;
  /** Reporting companies that came back with a second service request. */
  readonly returners: number;
  /** Reporting companies whose request is no participation: their certificate is the request's own. */
  readonly underContract: number;
  /** Of these, the ones whose request has no certificate number either. */
  readonly withoutCertificate: number;
  /** Reporting companies whose BIN stands neither with the company nor in the request. */
  readonly withoutBin: number;
  readonly participants: number;
  readonly techparkRequests: number;
  readonly requests: number;
  readonly deletedRequests: number;
  readonly reports: number;
  readonly signedReports: number;
  readonly supersededReports: number;
  readonly deletedReports: number;
  readonly certificateMissing: number;
  /** Of the missing ones, those that the service request itself resolves. */
  readonly resolvedByRequest: number;
  readonly certificateConflicting: number;
  readonly exportItems: number;
  /** Reports whose data no event holds. */
  readonly unseenData: number;
  /** Reports whose signature no event holds. */
  readonly unseenSignature: number;
  /** Signed reports that were deleted and created again. */
  readonly rebornReports: number;
  /** Drafts that came back from deletion with a placeholder, so that their data are unknown. */
  readonly rebornBlind: number;
}

export const DEFAULT_SCALE = 0.1;
const MIN_SCALE = 0.01;
/** 500,000 companies: half of the pseudonyms that a masked BIN may get. */
const MAX_SCALE = 100;

export function volumesAt(scale: number): Volumes {
  if (!(scale >= MIN_SCALE && scale <= MAX_SCALE)) {
    throw new RangeError(
      `The scale of the demonstration data is ${scale}; ` +
        `expected a number from ${MIN_SCALE} to ${MAX_SCALE}.`,
    );
  }
  const count = (january: number, least = 1) => Math.max(least, Math.round(january * scale));
  return {
    companies: count(5_000),
    deletedCompanies: count(40),
    reportingCompanies: count(2_983),
    returners: count(150),
    underContract: count(20, 3),
    withoutCertificate: count(2),
    withoutBin: count(2),
    participants: count(3_400),
    techparkRequests: count(5_000),
    requests: count(70_000),
    deletedRequests: count(600),
    reports: count(30_000),
    signedReports: count(27_259),
    supersededReports: count(40),
    deletedReports: count(400),
    certificateMissing: count(85, 6),
    resolvedByRequest: count(22),
    certificateConflicting: count(130),
    exportItems: count(7_737),
    unseenData: count(3),
    unseenSignature: count(10),
    rebornReports: count(100),
    rebornBlind: count(5),
  };
}
