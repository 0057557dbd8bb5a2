import { writeAmount } from './amounts';
import { writeCountry } from '../companies/countries';
import type { Random } from '../basis/random';

/** Nothing was filled in: no row, and nothing wrong. */
const EMPTY_ITEMS = [
  '{"country":"","current_sum":""}',
  '{"country":"None","current_sum":null}',
  '{"current_sum":"-"}',
] as const;
/** Something is missing or cannot be read: no row, and a defect. */
const BROKEN_ITEMS = [
  '{"country":"Германия","current_sum":"н/д"}',
  '{"country":"","current_sum":150000}',
  '{"country":"US"}',
  '"Россия 5000"',
] as const;

/**
 * The array of exports by country. It gives exactly `rows` rows; what stands between them gives
 * none, and the positions of those that follow keep the gap.
 */
export function writeExportItems(random: Random, rows: number, tiyn: number): string {
  const items: string[] = [];
  let left = tiyn;
  for (let row = 1; row <= rows; row += 1) {
    if (random.chance(0.015)) items.push(random.pick(EMPTY_ITEMS));
    if (random.chance(0.004)) items.push(random.pick(BROKEN_ITEMS));
    const sum = row === rows ? left : Math.round(left * (0.2 + 0.6 * random.next()));
    left -= sum;
    const country = JSON.stringify(writeCountry(random, 0.004));
    items.push(`{"country":${country},"current_sum":${writeAmount(random, sum)}}`);
  }
  if (rows === 0 && random.chance(0.1)) items.push(random.pick(EMPTY_ITEMS));
  return `[${items.join(',')}]`;
}
