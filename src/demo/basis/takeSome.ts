import type { Random } from './random';

/**
 * Takes exactly `wanted` of the items, in their order, each as likely as the others (selection
 * sampling). Exact numbers are why the demonstration data meet the figures of January to the row.
 */
export function takeSome<Item>(random: Random, items: readonly Item[], wanted: number): Item[] {
  if (wanted > items.length) {
    throw new RangeError(
      `The demonstration data need ${wanted} of something of which there are ${items.length}: ` +
        'the scale is too small.',
    );
  }
  const taken: Item[] = [];
  items.forEach((item, place) => {
    const left = items.length - place;
    if (random.next() * left < wanted - taken.length) taken.push(item);
  });
  return taken;
}
