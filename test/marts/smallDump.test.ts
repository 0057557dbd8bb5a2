import { MAX_EVENT_BYTES } from '../support/databases/warehouse';
import { testExpectedDump } from './expectedDump';

testExpectedDump({ name: 'small', maxEventBytes: MAX_EVENT_BYTES });
