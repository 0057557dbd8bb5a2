import { z } from 'zod';
import { gateSettings } from '../../warehouse/gates/gateSettings';
import { everFires, isCronSchedule } from '../cronSchedule';
import { listing, setting, wholeNumber } from '../setting';
import { readShare } from '../shareSetting';

const cronSchedule = z
  .string()
  .refine(isCronSchedule, {
    error:
      'five cron fields (minute 0-59, hour 0-23, day 1-31, month 1-12, day of the week 0-7), such as */15 * * * *',
    abort: true,
  })
  .refine(
    everFires,
    'a schedule that fires some day, with no step longer than its field (*/60 * * * *), such as */15 * * * *',
  );

const share = z.string().transform((text, context): number => {
  const read = readShare(text);
  if (read !== undefined) return read;
  context.addIssue({ code: 'custom', message: 'a share from 0% to 100%, such as 50%' });
  return z.NEVER;
});

export const warehouseSettings = {
  MAX_EVENT_BYTES: setting(
    'larger events go to quarantine',
    String(16 * 1024 * 1024),
    wholeNumber(1_024, 256 * 1024 * 1024),
  ),
  MAX_QUARANTINE_SHARE: setting(
    "`ingest` fails if a larger share of a file's records cannot be read; the others are loaded all the same",
    '50%',
    share,
  ),
  REFRESH_SCHEDULE: setting(
    'when the worker refreshes, as five cron fields in UTC',
    '*/15 * * * *',
    cronSchedule,
  ),
  RECONCILE_SCHEDULE: setting(
    'when the worker compares published rows with a rebuild, as five cron fields in UTC (the default is 02:30 in Astana)',
    '30 21 * * *',
    cronSchedule,
  ),
  RECONCILE_NIGHTS: setting(
    'parts into which a comparison divides all keys; each run compares the next part',
    '30',
    wholeNumber(1, 10_000),
  ),
  COMPACT_AFTER_DAYS: setting(
    '`compact` leaves keys alone that have an event younger than so many days',
    '90',
    wholeNumber(0, 99_999),
  ),
  GATES: listing(
    'severities and limits of data-quality gates that differ from those in `sql/gates`: `bin_missing=warn,0.5%;rows_gone=10%`',
    'as in `sql/gates`',
    gateSettings,
  ),
};
