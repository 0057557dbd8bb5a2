import type { Aggregate } from '../aggregates';
import type { Mart } from '../mart';

/** What each aggregate says, to those who read the schema. */
export function aggregateTexts({ grain }: Mart): Readonly<Record<Aggregate, string>> {
  const plain = {
    sum: 'The rows simply added, whatever they mean.',
    avg: 'Rounded to two decimals, half away from zero.',
    min: '',
    max: '',
    count: 'How many rows have a value.',
  };
  if (!grain.periods) {
    return {
      ...plain,
      total: 'What the rows come to, by the kind of each measure.',
      sum: 'The rows added.',
      previous:
        'The `total` of the same group one step of time before, whatever the filter says of the time. Needs YEAR, QUARTER, MONTH, WEEK or DAY in `by`; the shortest of them is the step.',
      change: '`total` less `previous`; null where either is null. Needs a step of time in `by`.',
      share:
        '`total` as a part of the total of all rows that the filter leaves, as `by: []` gives it; null where that is null or zero. Rounded to six decimals, half away from zero.',
    };
  }
  return {
    ...plain,
    total:
      'What the rows come to, by the kind of each measure: no money is counted twice, and superseded reports do not count.',
    previous:
      'The `total` of the same group in the year before, whatever the filter says of years. Needs YEAR in `by`.',
    change: '`total` less `previous`; null where either is null. Needs YEAR in `by`.',
    share:
      '`total` as a part of the total of all rows that the filter leaves, as `by: []` gives it (of a STOCK that of the latest year); null where that is null or zero. Rounded to six decimals, half away from zero.',
  };
}
