/** Advisory locks, one number each over the whole database. */

/** Held while migrations run. */
export const MIGRATE_LOCK = 7_402_001;
/** Held by the one refresh that may run. */
export const REFRESH_LOCK = 7_402_002;
/** Held while an empty database is filled with demonstration data. */
export const DEMONSTRATION_LOCK = 7_402_003;
/** Held while the analysts' views are made. */
export const MASKED_VIEWS_LOCK = 7_402_004;
/** Held by the one compaction that may run. */
export const COMPACT_LOCK = 7_402_006;
