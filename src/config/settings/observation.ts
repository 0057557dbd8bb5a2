import { z } from 'zod';
import { optional, setting, wholeNumber } from '../setting';

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;

export const observationSettings = {
  LEDGER_BULK_ROWS: setting(
    'rows with an unmasked BIN that a credential reads per hour before a warning is logged and `techorda_bulk_reads_total` rises; 0: no limit',
    '10000',
    wholeNumber(0, 1e9),
  ),
  OTEL_EXPORTER_OTLP_ENDPOINT: optional(
    'where traces are sent, by OTLP over HTTP, such as `http://127.0.0.1:4318`',
    'nowhere',
    z.string().regex(/^https?:\/\/\S+$/, 'an address that begins with http:// or https://'),
  ),
  OTEL_SERVICE_NAME: setting(
    'name of this process in traces',
    'techorda-graph',
    z.string().min(1).max(100),
  ),
  LOG_LEVEL: setting(
    `least severity that is logged: ${LOG_LEVELS.map((level) => `\`${level}\``).join(', ')}`,
    'info',
    z.enum(LOG_LEVELS, `one of ${LOG_LEVELS.join(', ')}`),
  ),
};
