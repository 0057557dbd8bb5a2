import { serverAudits } from 'graphql-http';
import { serveTest, type ServedDatabase } from '../support';

/**
 * Warnings that Apollo's own suite names as its choice: what is no request at all is answered by 400 to
 * who accepts application/json too, not by 200; and a document that cannot be parsed has no data either way.
 */
const ANSWERS_400 = new Set([
  ...['3715', '9FE0', '9FE1', '9FE2', '9FE3', 'FB90', 'FB91', 'FB92', 'FB93'],
  ...['F050', 'F051', 'F052', 'F053', '3680', '3681', '3682', '3683'],
  ...['D477', 'F5AF', '572B', 'FDE2', '7B9B'],
]);
const NO_DATA_AFTER_PARSING =
  'SHOULD not contain the data entry on JSON parsing failure when accepting application/graphql-response+json';

let served: ServedDatabase;
beforeAll(async () => {
  served = await serveTest({ product: true });
});
afterAll(() => served.stop());

const audits = serverAudits({
  url: () => `${served.url}/graphql`,
  fetchFn: (url: string, init: RequestInit = {}) =>
    fetch(url, { ...init, headers: { ...headersOf(init), authorization: `Bearer ${served.key}` } }),
});

function headersOf({ headers }: RequestInit): Record<string, string> {
  return Object.fromEntries(new Headers(headers));
}

test.each(audits.map((audit) => [audit.name, audit] as const))(
  'GraphQL over HTTP: %s',
  async (_, audit) => {
    const result = await audit.fn();
    if (result.status === 'ok') return;
    const chosen =
      result.status === 'warn' &&
      ((ANSWERS_400.has(audit.id) && result.response.status === 400) ||
        audit.name === NO_DATA_AFTER_PARSING);
    if (!chosen) throw new Error(`${audit.id} ${result.status}: ${result.reason}`);
  },
);
