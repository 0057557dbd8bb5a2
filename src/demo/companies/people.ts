import type { Random } from '../basis/random';

/** Nobody: invented on their face, so that no demonstration shows a person who exists. */
export const PEOPLE = [
  'ТЕСТОВ ТЕСТ ТЕСТОВИЧ',
  'ПРИМЕРОВА ПРОБА',
  'ОБРАЗЦОВ ОБРАЗЕЦ',
  'ДЕМОНОВ ДЕМО',
  'МЫСАЛОВА МЫСАЛ',
] as const;

/** An IIN of nobody: born on 1 January 2000, with a serial that no check digit confirms. */
export function inventedIin(id: number): string {
  return `0001015${String(id % 100_000).padStart(5, '0')}`;
}

export function inventedEmail(random: Random, id: number): string {
  return `${random.pick(['demo', 'test', 'probe'])}${id}@example.com`;
}
