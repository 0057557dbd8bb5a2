import type { Random } from '../basis/random';

/** The spaces by which people part the groups of a number: plain, no-break, narrow, thin. */
const GROUP_SPACES = [' ', ' ', '\u00a0', '\u00a0', '\u202f', '\u2009'] as const;

const NOTHING = ['""', '"-"', '"—"', 'null', 'null'] as const;
/** JSON that no amount can be read from. */
const UNREADABLE_AMOUNTS = ['"н/д"', 'true', '{"note":1}', '"около 5 млн"'] as const;
const UNREADABLE_COUNTS = ['12.5', '-3', '"н/д"', '99999999999'] as const;

function grouped(digits: string, space: string): string {
  const head = digits.length % 3 || 3;
  let text = digits.slice(0, head);
  for (let place = head; place < digits.length; place += 3) {
    text += space + digits.slice(place, place + 3);
  }
  return text;
}

/** The JSON of an amount of tiyn, as one of the many who fill in the form writes it. */
export function writeAmount(random: Random, tiyn: number): string {
  const whole = String(Math.floor(tiyn / 100));
  const cents = tiyn % 100;
  const fraction = String(cents).padStart(2, '0');
  const style = random.next();
  // As numbers are printed, without zeros at the end: 12.5, not 12.50.
  if (style < 0.62) return cents === 0 ? whole : `${whole}.${fraction.replace(/0$/, '')}`;
  if (style < 0.72) return `"${whole}.${fraction}"`;
  if (style < 0.75) return `"${whole}"`;
  if (style < 0.97) return `"${grouped(whole, random.pick(GROUP_SPACES))},${fraction}"`;
  // A calculator's third decimal; five thousandths are rounded away from zero.
  if (style < 0.972 && tiyn > 0) return `${whole}.${fraction}5`;
  return `"${grouped(whole, random.pick(GROUP_SPACES))}.${fraction}"`;
}

/** Undefined where the form leaves the key out. */
export function writeField(random: Random, tiyn: number, nothingShare: number): string | undefined {
  const fate = random.next();
  if (fate < 0.001) return random.pick(UNREADABLE_AMOUNTS);
  if (fate < 0.001 + nothingShare) return random.pick(NOTHING);
  if (fate < 0.001 + nothingShare * 1.6) return undefined;
  return writeAmount(random, tiyn);
}

export function writeCount(random: Random, count: number): string | undefined {
  const fate = random.next();
  if (fate < 0.001) return random.pick(UNREADABLE_COUNTS);
  if (fate < 0.005) return random.pick(NOTHING);
  if (fate < 0.008) return undefined;
  if (fate < 0.1) return `"${count}"`;
  return fate < 0.12 ? `${count}.0` : String(count);
}
