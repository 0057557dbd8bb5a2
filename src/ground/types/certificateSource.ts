import { oneOfTexts } from './cell';
import type { ScalarType } from './scalarType';

const SOURCES = ['REPORT', 'PARTICIPANT', 'SERVICE_REQUEST'];

/** Where the number of a resolved certificate was found. No column holds it. */
export const certificateSource = {
  columns: [],
  cast: 'text',
  expected: `one of ${SOURCES.join(', ')}`,
  read: (given) => SOURCES.find((known) => known === given),
  compared: 'equality',
  collation: 'C',
  json: { text: '{}', quotes: 'around' },
  file: { write: oneOfTexts(SOURCES), quotedInJson: true },
} satisfies ScalarType;
