import type { Journal } from './journal';

const REPORT = 'service_report';

function report(id: number, more: string): string {
  return (
    `{"before":null,"after":{"id":${id},"created_at":"2026-01-05T00:00:00Z",` +
    `"updated_at":"2026-01-05T00:00:00Z","service_request_id":1,"data":"{}"${more}},` +
    `"source":{"lsn":1,"ts_ms":1767571200000,"table":"${REPORT}"},"op":"u","ts_ms":1767571200300}`
  );
}

const COLUMNS = ',"year":2025,"report_type":"quarter1","status":"signed"';

/** Values that belong in quarantine, each for a reason of its own. */
const BROKEN: readonly ((id: number) => { key: string | null; payload: string })[] = [
  (id) => ({ key: `{"id":${id}}`, payload: report(id, COLUMNS).slice(0, 90) }),
  (id) => ({ key: null, payload: report(id, COLUMNS) }),
  (id) => ({ key: `{"id":${id}}`, payload: report(id, COLUMNS).replace('"op":"u"', '"op":"x"') }),
  (id) => ({ key: `{"id":${id}}`, payload: report(id, ',"year":2025,"report_type":"quarter1"') }),
  (id) => ({ key: `{"id":${id}}`, payload: report(id, COLUMNS.replace('quarter1', 'quarter9')) }),
  (id) => ({ key: `{"id":${id}}`, payload: report(id, `${COLUMNS},"version":"\\u0000"`) }),
  (id) => ({ key: `{"id":${id}}`, payload: report(id, `${COLUMNS},"version":"\\ud83d"`) }),
  (id) => ({ key: `{"id":${id}}`, payload: `[${report(id, COLUMNS)}]` }),
];

/** Ids that no readable report has. */
const FIRST_ID = 2_000_000_000;

/** Writes the n-th unreadable record. */
export function writeBroken(journal: Journal, n: number): void {
  const id = FIRST_ID + n;
  const broken = BROKEN[n % BROKEN.length]?.(id);
  if (broken !== undefined) journal.append(REPORT, n % 3, broken.key, broken.payload);
}
