/** How many there may be at once, of one holder and of all. */
export interface SeatLimits {
  readonly ofOne: number;
  readonly ofAll: number;
}

export type Seat = { readonly free: () => void } | 'holder is full' | 'all is full';

/** Counts what is taken at once, by who holds it. */
export class Seats {
  private readonly taken = new Map<string, number>();
  private all = 0;

  constructor(readonly limits: SeatLimits) {}

  take(holder: string): Seat {
    const own = this.taken.get(holder) ?? 0;
    if (own >= this.limits.ofOne) return 'holder is full';
    if (this.all >= this.limits.ofAll) return 'all is full';
    this.taken.set(holder, own + 1);
    this.all += 1;
    let held = true;
    return {
      free: () => {
        if (!held) return;
        held = false;
        this.all -= 1;
        const left = (this.taken.get(holder) ?? 1) - 1;
        if (left === 0) this.taken.delete(holder);
        else this.taken.set(holder, left);
      },
    };
  }

  get count(): number {
    return this.all;
  }
}
