import { createKey } from '../../../src/api/access/keys/keys';
import { Closers } from '../../../src/commands/preparing/ending';
import { serve } from '../../../src/commands/serve';
import { traceIfConfigured } from '../../../src/commands/tracing';
import { loadConfig } from '../../../src/config/config';
import { connect } from '../../../src/ground/database/connecting/connect';
import { refresh } from '../../../src/warehouse/refresh/run/refresh';
import { createLog } from '../../../src/api/server/log/log';
import { change, loadRecords, reportRow } from '../../support/databases/warehouse';
import { BIN, CALLER, NAME } from './secrets';

/**
 * A program for tests: refreshes and asks the API, with spans told to the collector if one is given. Its
 * log is what it writes; at last it says what it has loaded of the SDK.
 */
async function main(databaseUrl: string, endpoint: string | undefined): Promise<void> {
  const config = loadConfig({
    PORT: '0',
    LOG_LEVEL: 'debug',
    ...(endpoint !== undefined && { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint }),
  });
  const closers = new Closers();
  await traceIfConfigured(config, '0', closers);
  const log = createLog(config);
  const database = connect(databaseUrl, { poolSize: 3, applicationName: 'techorda test' });
  const data = { company_tin: BIN, company_name: NAME, income_total: 1234567 };
  await loadRecords(database, [change(reportRow(1, { data }), { offset: 1 })]);
  await refresh(database, { reason: 'test', log });

  const { key } = await createKey(database, { name: 'test', rights: 'marts:read,bin:read' });
  const api = await serve({ config, databaseUrl, log });
  const post = async (body: Record<string, unknown>, headers: Record<string, string> = {}) => {
    const answer = await fetch(`${api.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${key}`, ...headers },
      body: JSON.stringify(body),
    });
    return { status: answer.status, text: await answer.text() };
  };
  const asked = await post(
    {
      query:
        'query Secrets($bin: String!) { generalIndicators(filter: {bin: {eq: $bin}}) { nodes { bin companyName incomeTotal } } }',
      variables: { bin: BIN },
    },
    { traceparent: `00-${CALLER.traceId}-${CALLER.spanId}-01` },
  );
  if (!asked.text.includes(BIN)) throw new Error('The answer does not have the BIN.');
  const inline = `query Q${BIN} { company(bin: "${BIN}") { bin name } financing(filter: {companyName: {contains: "${NAME}"}}) { nodes { bin } } }`;
  if ((await post({ query: inline })).status !== 200) throw new Error('It was not answered.');
  await fetch(`${api.url}/graphql?query=${encodeURIComponent(inline)}`, {
    headers: { 'x-api-key': key },
  });
  await post({ query: '{ nothing }' });
  await api.close();
  await database.destroy();
  await closers.close();
  const sdk = Object.keys(require.cache).filter((path) => /@opentelemetry\/(?!api\/)/.test(path));
  console.log(`modules of the SDK: ${sdk.length}`);
}

main(process.argv[2] ?? '', process.argv[3]).catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
