/** A connection that a request may use, now or later. */
export interface Turn {
  /** Undefined where it is the caller's turn at once. Rejects with {@link NoTurn} or {@link TurnLeft}. */
  readonly begun: Promise<void> | undefined;
  /** It is in a lane of dear requests. */
  readonly isDear: boolean;
  /** Gives the turn to the next, or leaves the queue. */
  end(): void;
}

/** Why there is no turn: the caller's own requests are in its way, or those of all. */
export class NoTurn extends Error {
  override readonly name = 'NoTurn';
  constructor(readonly because: 'of own' | 'of others') {
    super(`No connection came free, because ${because}.`);
  }
}

/** Nobody waits for it any more. */
export class TurnLeft extends Error {
  override readonly name = 'TurnLeft';
}
