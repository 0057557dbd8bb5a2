import { z } from 'zod';
import { BIN_POLICIES } from '../../api/access/bins/binMask';
import { setting, wholeNumber } from '../setting';

export const maskingSettings = {
  MASK_BIN_FROM_YEAR: setting(
    'first year whose BINs are masked for callers without `bin:read`; 0 masks all years',
    '2021',
    wholeNumber(0, 32_767),
  ),
  MASK_BIN_POLICY: setting(
    'which BINs of earlier years callers without `bin:read` see: `year`, all; `company`, those that report in no masked year (docs/masking.md)',
    'year',
    z.enum(BIN_POLICIES, `one of ${BIN_POLICIES.join(', ')}`),
  ),
  MIN_GROUP_COMPANIES: setting(
    'groups of fewer companies are withheld from callers without `bin:read`; 0 withholds none',
    '0',
    wholeNumber(0, 1_000),
  ),
};
