/** How many turns of a kind may be held at once. */
export interface Lanes {
  readonly ofAll: number;
  /** Of one caller while no other asks: less than all, so that another one who comes need not wait. */
  readonly alone: number;
  /** Of one caller while others ask. */
  readonly beside: number;
}

export interface TurnLimits {
  readonly all: Lanes;
  /** Those of dear requests, which count among all as well. */
  readonly dear: Lanes;
  /** How many requests of one caller may wait. */
  readonly waiting: number;
}

/** In milliseconds. */
export interface TurnPatience {
  /** How long a cheap request waits where others hold what there is: who has to wait longer had better come back. */
  readonly forOthers: number;
  /** How long one waits that is dear, or that the caller's own requests are in the way of. */
  readonly forOwn: number;
  /** How long after its last request a caller counts as one who asks. */
  readonly presence: number;
}
