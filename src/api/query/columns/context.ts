import type { BinMask } from '../../access/bins/binMask';
import type { Viewer } from '../../access/viewer';

/** What an answer depends on beside the question. */
export interface QueryContext {
  readonly viewer: Viewer;
  /** Which BINs are masked for a viewer who may not read them. */
  readonly binMask: BinMask;
  /** Groups of fewer companies are withheld from callers without bin:read; absent or 0: none. */
  readonly minGroupCompanies?: number;
  /** The version of the data that is read, as it stands in cursors. */
  readonly dataVersionId: string;
  /** The rollups are those of this version's rows. */
  readonly rolledUp?: boolean;
}

/** Of that what decides which rows and which values are seen. */
export type Sight = Pick<QueryContext, 'viewer' | 'binMask'>;
