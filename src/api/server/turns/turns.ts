import { NoTurn, TurnLeft, type Turn } from './turn';
import type { Lanes, TurnLimits, TurnPatience } from './turnLimits';

/** Turns that are held at once. */
interface Held {
  all: number;
  /** Those of dear requests among them. */
  dear: number;
}

interface Caller {
  readonly held: Held;
  /** In the order in which they came. */
  readonly waiting: Set<Waiter>;
  /** Ends its presence, unless it asks again. */
  leaving: NodeJS.Timeout | undefined;
}

interface Waiter {
  readonly isDear: boolean;
  begin(): void;
}

/**
 * Shares connections among callers. A caller has nearly all of them while no other asks, and its share while others
 * do; whoever waits is served caller by caller, so that it does not matter how many requests another one has waiting.
 * Dear requests have few lanes: they hold processors of the database, which the cheap ones of others need as well.
 */
export class Turns {
  /** Those who ask, or have asked a moment ago. */
  private readonly callers = new Map<string, Caller>();
  /** Callers with requests that wait, in the order in which they are served. */
  private readonly next = new Map<string, Caller>();
  private readonly held: Held = { all: 0, dear: 0 };

  constructor(
    private readonly limits: TurnLimits,
    private readonly patience: TurnPatience,
  ) {}

  /** Throws {@link NoTurn} where the caller has as many waiting as may wait. */
  take(name: string, isDear = false): Turn {
    const caller = this.callerOf(name);
    // What is free for whoever waits is given at once: no other waits for what is free for this one.
    return this.mayBegin(caller, isDear)
      ? { begun: undefined, isDear, end: this.begin(name, caller, isDear) }
      : this.wait(name, caller, isDear);
  }

  private mayBegin({ held }: Caller, isDear: boolean): boolean {
    const { all, dear } = this.limits;
    if (!this.isFree(all, this.held.all, held.all)) return false;
    return !isDear || this.isFree(dear, this.held.dear, held.dear);
  }

  private isFree(lanes: Lanes, held: number, own: number): boolean {
    return held < lanes.ofAll && own < this.shareOf(lanes);
  }

  /** How many of the lanes one caller may hold now. */
  private shareOf({ alone, beside }: Lanes): number {
    return this.callers.size > 1 ? beside : alone;
  }

  /** Returns what ends the turn, once. */
  private begin(name: string, caller: Caller, isDear: boolean): () => void {
    this.count(caller, isDear, 1);
    let isHeld = true;
    return () => {
      if (!isHeld) return;
      isHeld = false;
      this.count(caller, isDear, -1);
      // Behind all others: it has just had its turn.
      if (this.next.delete(name)) this.next.set(name, caller);
      this.leaveSoon(name, caller);
      this.serve();
    };
  }

  private count(caller: Caller, isDear: boolean, change: 1 | -1): void {
    for (const held of [this.held, caller.held]) {
      held.all += change;
      if (isDear) held.dear += change;
    }
  }

  private wait(name: string, caller: Caller, isDear: boolean): Turn {
    if (caller.waiting.size >= this.limits.waiting) throw new NoTurn('of own');
    let end: () => void = () => undefined;
    const begun = new Promise<void>((resolve, reject) => {
      const leave = (why: Error) => {
        clearTimeout(timer);
        this.leaveQueue(name, caller, waiter);
        reject(why);
      };
      const waiter: Waiter = {
        isDear,
        begin: () => {
          clearTimeout(timer);
          end = this.begin(name, caller, isDear);
          resolve();
        },
      };
      const giveUp = () => {
        leave(new NoTurn(this.isInItsOwnWay(caller, isDear) ? 'of own' : 'of others'));
      };
      const { forOthers, forOwn } = this.patience;
      let timer = setTimeout(() => {
        if (!isDear && !this.isInItsOwnWay(caller, isDear)) return giveUp();
        timer = setTimeout(giveUp, Math.max(0, forOwn - forOthers)).unref();
      }, forOthers).unref();
      end = () => leave(new TurnLeft());
      caller.waiting.add(waiter);
      this.next.set(name, caller);
    });
    // Whoever leaves need not hear that it left.
    begun.catch(() => undefined);
    return { begun, isDear, end: () => end() };
  }

  private isInItsOwnWay({ held }: Caller, isDear: boolean): boolean {
    const { all, dear } = this.limits;
    const isAtShare = (lanes: Lanes, own: number) => {
      const share = this.shareOf(lanes);
      return share < lanes.ofAll && own >= share;
    };
    return isAtShare(all, held.all) || (isDear && isAtShare(dear, held.dear));
  }

  private leaveQueue(name: string, caller: Caller, waiter: Waiter): void {
    caller.waiting.delete(waiter);
    if (caller.waiting.size === 0) this.next.delete(name);
    this.leaveSoon(name, caller);
  }

  private serve(): void {
    // Whoever is served is put behind all others, where this very loop meets it again once they have had theirs.
    for (const [name, caller] of this.next) {
      if (this.held.all >= this.limits.all.ofAll) return;
      const waiter = this.firstToBegin(caller);
      if (!waiter) continue;
      this.next.delete(name);
      caller.waiting.delete(waiter);
      if (caller.waiting.size > 0) this.next.set(name, caller);
      waiter.begin();
    }
  }

  /** A cheap request passes by dear ones that came before it and have no lane yet. */
  private firstToBegin(caller: Caller): Waiter | undefined {
    for (const waiter of caller.waiting) {
      if (this.mayBegin(caller, waiter.isDear)) return waiter;
    }
    return undefined;
  }

  private callerOf(name: string): Caller {
    const known = this.callers.get(name);
    if (known) return known;
    const caller = { held: { all: 0, dear: 0 }, waiting: new Set<Waiter>(), leaving: undefined };
    this.callers.set(name, caller);
    return caller;
  }

  /** A caller that asks one request after another is there between them, too. */
  private leaveSoon(name: string, caller: Caller): void {
    const isIdle = () => caller.held.all === 0 && caller.waiting.size === 0;
    if (!isIdle()) return;
    if (caller.leaving) return void caller.leaving.refresh();
    caller.leaving = setTimeout(() => {
      if (!isIdle() || this.callers.get(name) !== caller) return;
      this.callers.delete(name);
      this.serve();
    }, this.patience.presence).unref();
  }
}
