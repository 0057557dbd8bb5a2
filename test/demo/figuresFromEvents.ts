import type { DumpRecord } from '../../src/demo/events/dumpRecord';
import type { ExpectedFigures } from '../../src/demo/figures';
import type { Row } from './plainReading';
import { PLACEHOLDER, PlainReading } from './plainReading';

const NO_NUMBER = new Set(['', '-', '—', '-1', 'нет', 'null', 'undefined']);
const BIN = /^\d{12}$/;

function numberOf(value: unknown): string | undefined {
  const number = String(value).trim();
  return NO_NUMBER.has(number) ? undefined : number;
}

function parsed(text: unknown): Row {
  if (typeof text !== 'string' || text === PLACEHOLDER || text === '') return {};
  return JSON.parse(text) as Row;
}

function readsAsAmount(value: unknown): boolean {
  if (typeof value === 'number') return true;
  return (
    typeof value === 'string' && /^-?\d{1,3}([ \u00a0\u202f\u2009]?\d{3})*([.,]\d+)?$/.test(value)
  );
}

function exportRows(data: Row): number {
  const items = data['income_international_current_quarter'];
  if (!Array.isArray(items)) return 0;
  return items.filter((item: unknown) => {
    if (typeof item !== 'object' || item === null) return false;
    const { country, current_sum: sum } = item as Row;
    return Boolean(country) && country !== 'None' && readsAsAmount(sum);
  }).length;
}

/** Of wide rows only what the figures need, so that all of January fits in a test's memory. */
function shrink(table: string, row: Row): Row {
  if (table !== 'service_report') return row;
  const xml = row['signature'];
  if (typeof xml !== 'string' || xml === PLACEHOLDER) return row;
  const tin = /<company>[^]*?<tin>(\d{12})<\/tin>/.exec(xml);
  return { ...row, signature: tin?.[1] ?? '' };
}

function certificateOf(request: Row | undefined): string | undefined {
  const info = parsed(request?.['data'])['activation_info'] as Row | undefined;
  return numberOf(info?.['certificate_number']);
}

/** Reads all events by the contract's rules, and counts. */
export function figuresFromEvents(records: Iterable<DumpRecord>): {
  figures: ExpectedFigures;
  events: Record<string, number>;
  reportingBins: number;
} {
  const reading = new PlainReading(shrink);
  const events: Record<string, number> = {};
  for (const record of records) {
    reading.read(record);
    events[record.topic] = (events[record.topic] ?? 0) + 1;
  }
  const companies = new Map(reading.rows('account_company').map((row) => [row['id'], row]));
  const requests = new Map(reading.rows('service_servicerequest').map((row) => [row['id'], row]));
  const isParticipant = (request: Row | undefined) =>
    request?.['service_id'] === 'techpark' &&
    ['registered', 'deactivated'].includes(String(request['bp_status']));

  const reports = reading.rows('service_report').map((row) => {
    const request = requests.get(row['service_request_id']);
    const data = parsed(row['data']);
    const candidates = [
      data['company_tin'],
      row['signature'],
      companies.get(request?.['company_id'])?.['tin'],
      String(request?.['search_field']).split('***')[3],
    ];
    const bin = candidates.find((candidate) => BIN.test(String(candidate)));
    const period = [row['service_request_id'], row['year'], row['report_type']].join();
    const own = numberOf(data['certificate_number']);
    return { row, request, data, bin, period, own };
  });
  const signed = reports.filter(({ row }) => row['status'] === 'signed');
  const missing = signed.filter(({ own }) => own === undefined);
  const resolved = missing.filter(({ request }) => certificateOf(request) !== undefined);
  const byParticipant = resolved.filter(({ request }) => isParticipant(request));
  return {
    events,
    reportingBins: new Set(reports.map(({ bin }) => bin).filter(Boolean)).size,
    figures: {
      silver: {
        reports: reports.length,
        reportingCompanies: new Set(reports.map(({ request }) => request?.['company_id'])).size,
        participants: [...requests.values()].filter(isParticipant).length,
        requests: requests.size,
        companies: companies.size,
      },
      gold: {
        reports: signed.length,
        exportByCountry: signed.reduce((sum, { data }) => sum + exportRows(data), 0),
        superseded: signed.length - new Set(signed.map(({ period }) => period)).size,
        withoutBin: signed.filter(({ bin }) => bin === undefined).length,
      },
      certificate: {
        missingInReport: missing.length,
        byParticipant: byParticipant.length,
        byServiceRequest: resolved.length - byParticipant.length,
        missing: missing.length - resolved.length,
        conflicting: signed.filter(({ own, request }) => {
          const registered = certificateOf(request);
          return own !== undefined && registered !== undefined && own !== registered;
        }).length,
      },
    },
  };
}
