import { ABOUT, Random } from '../basis/random';

/** What a company earned, got and paid in one quarter. Amounts in tiyn, 100 to the tenge. */
interface QuarterFigures {
  income: number;
  exported: number;
  kpn: number;
  nds: number;
  ipn: number;
  sn: number;
  invested: number;
  authorizedCapital: number;
  tangible: number;
  intangible: number;
  loan: number;
  foreignLoan: number;
  support: number;
  investment: number;
  collected: number;
}

interface Headcount {
  readonly residents: number;
  readonly nonresidents: number;
  readonly freelancers: number;
}

interface Company {
  readonly size: number;
  readonly growth: number;
  readonly exportShare: number;
}

const TIYN = 100;

function companyOf(index: number, exporter: boolean): Company {
  const random = new Random(ABOUT.economy, index);
  return {
    // Log-normal: a median of 24 million tenge a quarter, and a few companies that earn billions.
    size: Math.exp(17 + 1.5 * random.normal()),
    growth: 1.01 + 0.07 * random.next(),
    exportShare: exporter ? 0.2 + 0.7 * random.next() : 0,
  };
}

/** Mostly whole tenge; a few know their tiyn. */
function tenge(random: Random, amount: number): number {
  return random.chance(0.2) ? Math.round(amount * TIYN) : Math.round(amount) * TIYN;
}

export function figuresOf(index: number, quarter: number, exporter: boolean): QuarterFigures {
  const { size, growth, exportShare } = companyOf(index, exporter);
  const random = new Random(ABOUT.quarter, index, quarter);
  const yearEnd = quarter % 4 === 3 ? 1.25 : 1;
  const income = size * growth ** (quarter - 14) * yearEnd * Math.exp(0.25 * random.normal());
  const part = (share: number, most: number) =>
    random.chance(share) ? tenge(random, income * most * random.next()) : 0;
  return {
    income: tenge(random, income),
    exported: tenge(random, income * exportShare * (0.8 + 0.2 * random.next())),
    kpn: tenge(random, income * 0.2 * (0.15 + 0.2 * random.next())),
    nds: tenge(random, income * 0.12 * (0.4 + 0.3 * random.next())),
    ipn: tenge(random, income * 0.03 * random.next()),
    sn: tenge(random, income * 0.025 * random.next()),
    invested: part(0.3, 0.8),
    authorizedCapital: part(0.06, 1.5),
    tangible: part(0.25, 0.2),
    intangible: part(0.2, 0.15),
    loan: part(0.07, 1.2),
    foreignLoan: part(0.02, 1.5),
    support: part(0.05, 0.4),
    investment: part(0.08, 2),
    collected: tenge(random, income * 0.01),
  };
}

/** All quarters from the first to the last added: what a form calls cumulative. */
export function figuresSince(
  index: number,
  first: number,
  last: number,
  exporter: boolean,
): QuarterFigures {
  const sum = figuresOf(index, first, exporter);
  for (let quarter = first + 1; quarter <= last; quarter += 1) {
    const next = figuresOf(index, quarter, exporter);
    for (const name of Object.keys(sum) as (keyof QuarterFigures)[]) sum[name] += next[name];
  }
  return sum;
}

/** Staff follows income, slowly: about one resident for eight million tenge a quarter. */
export function headcountOf(index: number, quarter: number): Headcount {
  const { size, growth } = companyOf(index, false);
  const random = new Random(ABOUT.quarter, index, quarter, 1);
  const staff = Math.min(2_500, (size * growth ** (quarter - 14)) / 8_000_000) + 2;
  return {
    residents: Math.round(staff * (0.9 + 0.2 * random.next())),
    nonresidents: Math.round(staff * 0.06 * random.next()),
    freelancers: Math.round(staff * 0.3 * random.next()),
  };
}
