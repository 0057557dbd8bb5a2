import type { Right } from '../../../../src/api/access/viewer';
import type { QueryContext } from '../../../../src/api/query/columns/context';

/** A caller with these rights, to whom BINs of 2021 and later are masked. */
export function seenWith(...rights: readonly Right[]): QueryContext {
  return {
    viewer: { keyId: '1', name: 'a test', rights: new Set(rights) },
    binMask: { fromYear: 2021, policy: 'year' },
    dataVersionId: '7',
  };
}

export const seesAll = seenWith('marts:read', 'bin:read');
export const seesPseudonyms = seenWith('marts:read');
