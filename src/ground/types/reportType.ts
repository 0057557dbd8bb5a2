import { oneOfTexts } from './cell';
import type { ScalarType } from './scalarType';

/** As callers write them; columns hold them in lower case. By their bytes they stand in the order of time. */
const REPORT_TYPES = ['QUARTER1', 'QUARTER2', 'QUARTER3', 'QUARTER4', 'YEARLY'];

/** The period of a report. */
export const reportType = {
  columns: ['text'],
  cast: 'text',
  expected: `one of ${REPORT_TYPES.join(', ')}`,
  read: (given) => REPORT_TYPES.find((known) => known === given)?.toLowerCase(),
  compared: 'order',
  collation: 'C',
  shown: (text) => text.toUpperCase(),
  json: { text: 'upper({})', quotes: 'around' },
  file: {
    write: oneOfTexts(REPORT_TYPES.map((known) => known.toLowerCase())),
    quotedInJson: true,
  },
} satisfies ScalarType;
