/** How many may hold a connection at once, and how many may wait for one. */
export interface TurnLimits {
  readonly ofAll: number;
  readonly ofOne: number;
  /** Of one caller. */
  readonly waiting: number;
}

/** How long a turn is waited for, in milliseconds. */
export interface TurnPatience {
  /** Where others hold what there is: who has to wait longer had better come back. */
  readonly forOthers: number;
  /** Where the caller's own requests do. */
  readonly forOwn: number;
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

export interface Turn {
  /** Undefined where it is the caller's turn at once. Rejects with {@link NoTurn} or {@link TurnLeft}. */
  readonly begun: Promise<void> | undefined;
  /** Gives the turn to the next, or leaves the queue. */
  end(): void;
}

interface Caller {
  running: number;
  readonly waiting: Set<Waiter>;
}

interface Waiter {
  begin(): void;
}

/**
 * Shares connections among callers: each has so many at most, and who waits is served caller by caller, so that
 * it does not matter how many requests another one has waiting.
 */
export class Turns {
  private readonly callers = new Map<string, Caller>();
  /** Callers who wait and may have one more, in the order in which they are served. */
  private readonly next = new Map<string, Caller>();
  private running = 0;

  constructor(
    private readonly limits: TurnLimits,
    private readonly patience: TurnPatience,
  ) {}

  /** Throws {@link NoTurn} where the caller has as many waiting as may wait. */
  take(name: string): Turn {
    const caller = this.callerOf(name);
    // While there is one left for whoever may have one more, nobody waits for it.
    const isFree = this.running < this.limits.ofAll && caller.running < this.limits.ofOne;
    return isFree ? this.begin(name, caller) : this.wait(name, caller);
  }

  private begin(name: string, caller: Caller): Turn {
    caller.running += 1;
    this.running += 1;
    return { begun: undefined, end: this.ending(name, caller) };
  }

  private wait(name: string, caller: Caller): Turn {
    if (caller.waiting.size >= this.limits.waiting) throw new NoTurn('of own');
    let end: () => void = () => undefined;
    const begun = new Promise<void>((resolve, reject) => {
      const leave = (why: Error) => {
        clearTimeout(timer);
        this.leave(name, caller, waiter);
        reject(why);
      };
      const waiter: Waiter = {
        begin: () => {
          clearTimeout(timer);
          end = this.ending(name, caller);
          resolve();
        },
      };
      const { forOthers, forOwn } = this.patience;
      let timer = setTimeout(() => {
        if (!this.isHeldByItself(caller)) return leave(new NoTurn('of others'));
        const left = Math.max(0, forOwn - forOthers);
        timer = setTimeout(() => leave(new NoTurn('of own')), left).unref();
      }, forOthers).unref();
      end = () => leave(new TurnLeft());
      caller.waiting.add(waiter);
      if (caller.running < this.limits.ofOne) this.next.set(name, caller);
    });
    // Whoever leaves need not hear that it left.
    begun.catch(() => undefined);
    return { begun, end: () => end() };
  }

  private isHeldByItself({ running }: Caller): boolean {
    return this.limits.ofOne < this.limits.ofAll && running >= this.limits.ofOne;
  }

  /** What ends a turn that has begun: once. */
  private ending(name: string, caller: Caller): () => void {
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      caller.running -= 1;
      this.running -= 1;
      if (caller.waiting.size > 0 && !this.next.has(name)) this.next.set(name, caller);
      this.forget(name, caller);
      this.serve();
    };
  }

  private leave(name: string, caller: Caller, waiter: Waiter): void {
    caller.waiting.delete(waiter);
    if (caller.waiting.size === 0) this.next.delete(name);
    this.forget(name, caller);
  }

  private serve(): void {
    for (const [name, caller] of this.next) {
      if (this.running >= this.limits.ofAll) return;
      const [waiter] = caller.waiting;
      this.next.delete(name);
      if (!waiter) continue;
      caller.waiting.delete(waiter);
      caller.running += 1;
      this.running += 1;
      // Behind all others, where it is met again by this very loop once they have had theirs.
      if (caller.waiting.size > 0 && caller.running < this.limits.ofOne) {
        this.next.set(name, caller);
      }
      waiter.begin();
    }
  }

  private callerOf(name: string): Caller {
    const known = this.callers.get(name);
    if (known) return known;
    const caller: Caller = { running: 0, waiting: new Set() };
    this.callers.set(name, caller);
    return caller;
  }

  private forget(name: string, { running, waiting }: Caller): void {
    if (running === 0 && waiting.size === 0) this.callers.delete(name);
  }
}
