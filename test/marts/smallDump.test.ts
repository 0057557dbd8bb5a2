import { MAX_EVENT_BYTES } from '../support/warehouse';
import { testExpectedDump } from './expectedDump';

testExpectedDump({ name: 'small', maxEventBytes: MAX_EVENT_BYTES });
