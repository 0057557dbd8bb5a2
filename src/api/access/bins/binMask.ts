/** Whose rows of years before the first masked one have their BIN masked too: nobody's, or those of companies that report later. */
export const BIN_POLICIES = ['year', 'company'] as const;
export type BinPolicy = (typeof BIN_POLICIES)[number];

/** Which BINs callers without `bin:read` see as pseudonyms. */
export interface BinMask {
  /** The first year whose BINs are masked; 0 masks all. */
  readonly fromYear: number;
  readonly policy: BinPolicy;
}

export function binMaskOf(config: {
  readonly MASK_BIN_FROM_YEAR: number;
  readonly MASK_BIN_POLICY: BinPolicy;
}): BinMask {
  return { fromYear: config.MASK_BIN_FROM_YEAR, policy: config.MASK_BIN_POLICY };
}

export function isSameMask(one: BinMask, other: BinMask): boolean {
  return one.fromYear === other.fromYear && (one.fromYear === 0 || one.policy === other.policy);
}

/** The rows whose BINs are masked, in words: `of 2021 and later`. */
export function maskText({ fromYear, policy }: BinMask): string {
  if (fromYear === 0) return 'of all years';
  const years = `of ${String(fromYear)} and later`;
  return policy === 'year' ? years : `${years}, and of all years where the BIN reports in these,`;
}
