import { Counter, type CounterConfiguration } from 'prom-client';

/**
 * A counter by one label that counts by plain numbers, and is put into words when it is read: the library looks
 * up a text of the labels each time that it counts. The `expected` values of the label are shown as 0 from the start:
 * Prometheus sees no increase in a series that begins with 1.
 */
export function countingBy<Label extends string>(
  label: Label,
  configuration: Pick<CounterConfiguration<Label>, 'name' | 'help' | 'registers'>,
  expected: readonly string[] = [],
): (value: string) => void {
  const counts = new Map<string, number>(expected.map((value) => [value, 0]));
  new Counter<string>({
    ...configuration,
    labelNames: [label],
    collect() {
      this.reset();
      for (const [value, count] of counts) this.inc({ [label]: value }, count);
    },
  });
  return (value) => void counts.set(value, (counts.get(value) ?? 0) + 1);
}
