import type { Config } from '../config/config';
import type { Closers } from './preparing/ending';

/** Tells spans to the collector that the configuration names, until the command ends; to nobody else. */
export async function traceIfConfigured(
  { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_SERVICE_NAME: serviceName }: Config,
  version: string,
  closers: Closers,
): Promise<void> {
  if (endpoint === undefined) return;
  const loading = import('../ground/tracing/openTelemetry.js').then(({ startTracing }) =>
    startTracing({ endpoint, serviceName, version }),
  );
  closers.add(loading, (tracing) => tracing.stop());
  await loading;
}
