import type { OracleKey } from './groups';
import type { Report } from './report';

const FIRST_MASKED = 2021;

/** What a caller without the right to read BINs sees of the row's. */
export function binSeen({ year, bin, binPseudonym }: Report): string | null {
  return year < FIRST_MASKED ? bin : binPseudonym;
}

const key = (name: string, field: string, valueOf: (row: Report) => OracleValue): OracleKey => ({
  name,
  field,
  valuesOf: (row) => [valueOf(row)],
});

type OracleValue = string | number | boolean | null;

export const reportKeys: readonly OracleKey[] = [
  key('REPORT_ID', 'reportId', ({ reportId }) => reportId),
  key('SERVICE_REQUEST_ID', 'serviceRequestId', ({ serviceRequestId }) => serviceRequestId),
  key('YEAR', 'year', ({ year }) => year),
  key('REPORT_TYPE', 'reportType', ({ reportType }) => reportType),
  key('COMPANY_ID', 'companyId', ({ companyId }) => companyId),
  key('COMPANY_NAME', 'companyName', ({ companyName }) => companyName),
  key('BIN', 'bin', binSeen),
  key('SUPERSEDED', 'superseded', ({ superseded }) => superseded),
  key('CERTIFICATE_NUMBER', 'certificateNumber', ({ ownNumber }) => ownNumber),
  key('CERTIFICATE', 'certificate', ({ number }) => number),
  key('CERTIFICATE_SOURCE', 'certificateSource', ({ source }) => source),
];

/** Of general indicators. */
export const investorKeys: readonly OracleKey[] = [
  key('COUNTRY', 'country', ({ investor }) => investor),
  key('IS_RESIDENT', 'isResident', ({ isResident }) => isResident),
];

export const activityKey: OracleKey = {
  name: 'ACTIVITY_FIELD',
  field: 'activityField',
  valuesOf: ({ activityFields }) =>
    activityFields === null || activityFields.length === 0 ? [null] : [...new Set(activityFields)],
};

export const countryKey: OracleKey = key('COUNTRY_CODE', 'countryCode', ({ country }) => country);

/** The value of a filter's field in a row; amounts in tenge, since a filter gives them so. */
export function valueIn(row: Report, field: string, hundredths: boolean): unknown {
  switch (field) {
    case 'certificate.number':
      return row.number;
    case 'certificate.source':
      return row.source;
    case 'countryCode':
      return row.country;
    case 'bin':
      return binSeen(row);
    case 'certificateNumber':
      return row.ownNumber;
    // An item's country is filtered by its code.
    case 'country':
      return row.investor;
    default: {
      if (field in row) return row[field as keyof Report];
      const value = row.values[field] ?? null;
      return value === null ? null : Number(value) / (hundredths ? 100 : 1);
    }
  }
}
