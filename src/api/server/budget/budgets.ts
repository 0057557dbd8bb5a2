/** What a caller spends, and what it may spend in a minute; 0 sets no limit. */
export interface Spending {
  readonly requests: number;
  /** What the operations could cost, in about microseconds of work. */
  readonly cost: number;
  /** Companies asked for by a BIN that the caller may not see. */
  readonly lookups: number;
}

export type Kind = keyof Spending;
export const KINDS: readonly Kind[] = ['requests', 'cost', 'lookups'];
const NOTHING: Spending = { requests: 0, cost: 0, lookups: 0 };
const UNLIMITED: Spending = { requests: Infinity, cost: Infinity, lookups: Infinity };
/** No sum of so many of these leaves what a number holds exactly. */
const MAX_AT_ONCE = 1e12;

const MINUTE = 60_000;

interface Account {
  readonly minute: number;
  /** Spent here, of which `told` is known to the other processes. */
  readonly own: { -readonly [Each in Kind]: Spending[Each] };
  told: Spending;
  /** Spent in other processes, as far as it is known. */
  others: Spending;
}

/** One caller's spending, as processes tell it each other. */
export interface Statement extends Spending {
  readonly caller: string;
  readonly minute: number;
}

export interface Budgets {
  readonly limits: Spending;
  /**
   * Takes it from what the caller has left of this minute. Returns the kind of which too little is left;
   * nothing is taken then.
   */
  spend(caller: string, wanted: Partial<Spending>): Kind | undefined;
  /** The minute of the clock in which is spent now. */
  minute(): number;
  /**
   * Gives back what was taken, in that minute, for work that is not done, or that others do and pay for in its place.
   * Once the minute is over all is left again anyway.
   */
  giveBack(caller: string, spent: Partial<Spending>, minute: number): void;
  /** What the caller has left of each kind; of one without a limit Infinity. */
  left(caller: string): Spending;
  /** Seconds until everything is left again. */
  secondsLeft(): number;
  /** What was spent since the last call of this by who spent anything in this minute. */
  untold(): Statement[];
  /** What all processes together have spent. */
  hear(total: Statement): void;
}

/**
 * Counts in memory, by minutes of the clock: a request costs no question to the database. What other
 * processes count is heard about once a second, so that together they give out a second's worth more.
 */
export function createBudgets(limits: Spending, clock: () => number = Date.now): Budgets {
  const accounts = new Map<string, Account>();
  const thisMinute = () => Math.floor(clock() / MINUTE);
  const limited = KINDS.filter((kind) => limits[kind] > 0);

  const accountOf = (caller: string): Account => {
    const minute = thisMinute();
    let account = accounts.get(caller);
    if (account?.minute !== minute) {
      account = { minute, own: { ...NOTHING }, told: NOTHING, others: NOTHING };
      accounts.set(caller, account);
    }
    return account;
  };
  const leftIn = ({ own, others }: Account, kind: Kind) => limits[kind] - own[kind] - others[kind];

  return {
    limits,
    spend(caller, wanted) {
      if (limited.length === 0) return undefined;
      const account = accountOf(caller);
      for (const kind of limited) {
        const amount = wanted[kind] ?? 0;
        if (amount > 0 && amount > leftIn(account, kind)) return kind;
      }
      add(account.own, wanted);
      return undefined;
    },
    minute: thisMinute,
    giveBack(caller, spent, minute) {
      if (limited.length === 0 || minute !== thisMinute()) return;
      add(accountOf(caller).own, spent, -1);
    },
    left(caller) {
      if (limited.length === 0) return UNLIMITED;
      const account = accountOf(caller);
      const of = (kind: Kind) => (limits[kind] > 0 ? Math.max(0, leftIn(account, kind)) : Infinity);
      return { requests: of('requests'), cost: of('cost'), lookups: of('lookups') };
    },
    secondsLeft: () => Math.ceil((MINUTE - (clock() % MINUTE)) / 1_000),
    untold() {
      const statements: Statement[] = [];
      for (const [caller, account] of accounts) {
        const { own, told, minute } = account;
        const isCurrent = minute === thisMinute();
        // Also who spent nothing since tells so: by that it hears what was spent elsewhere.
        if (isCurrent || KINDS.some((kind) => own[kind] > told[kind])) {
          statements.push({ caller, minute, ...less(own, told) });
          account.told = { ...own };
        } else accounts.delete(caller);
      }
      // All processes write them in the same order, so that none waits for another in a circle.
      return statements.sort((a, b) => (a.caller < b.caller ? -1 : 1));
    },
    hear(total) {
      const account = accounts.get(total.caller);
      if (account?.minute === total.minute) account.others = less(total, account.told);
    },
  };
}

/** In place: this is done at each request. */
function add(account: Account['own'], amounts: Partial<Spending>, sign = 1): void {
  for (const kind of KINDS) account[kind] += sign * Math.min(amounts[kind] ?? 0, MAX_AT_ONCE);
}

function less(one: Spending, other: Spending): Spending {
  const of = (kind: Kind) => one[kind] - Math.min(other[kind], MAX_AT_ONCE);
  return { requests: of('requests'), cost: of('cost'), lookups: of('lookups') };
}
