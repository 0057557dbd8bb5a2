import { Histogram, type HistogramConfiguration } from 'prom-client';

interface Series {
  readonly labels: Readonly<Record<string, string>>;
  /** How many there were up to each bound, and above the one before; the last of them above all bounds. */
  readonly counts: number[];
  sum: number;
}

type DurationsConfiguration = HistogramConfiguration<string> & { readonly buckets: number[] };

/**
 * A histogram of durations that is counted by plain numbers, and put into words when it is read. Its parent
 * makes a text of the labels for each duration, and looks it up: a known answer would pay a fortieth of
 * its time for that.
 */
export class Durations extends Histogram {
  private readonly series: Series[] = [];
  private readonly bounds: readonly number[];

  constructor(private readonly configuration: DurationsConfiguration) {
    super(configuration);
    this.bounds = configuration.buckets;
  }

  /** Counts durations in seconds under the labels. To be asked for once for the same labels. */
  seriesOf(labels: Readonly<Record<string, string>>): (seconds: number) => void {
    const series: Series = { labels, counts: [...this.bounds, Infinity].map(() => 0), sum: 0 };
    this.series.push(series);
    const { bounds } = this;
    return (seconds) => {
      let at = 0;
      while (at < bounds.length && seconds > (bounds[at] ?? Infinity)) at += 1;
      series.counts[at] = (series.counts[at] ?? 0) + 1;
      series.sum += seconds;
    };
  }

  /** What the library's registry, and its `get`, ask for; its types leave it out. */
  async getForPromString() {
    const { name, help } = this.configuration;
    const values = this.series.flatMap(({ labels: sharedLabels, counts, sum }) => {
      let count = 0;
      const buckets = counts.map((more, at) => ({
        metricName: `${name}_bucket`,
        labels: { le: this.bounds[at] ?? '+Inf' },
        sharedLabels,
        value: (count += more),
      }));
      return [
        ...buckets,
        { metricName: `${name}_sum`, labels: {}, sharedLabels, value: sum },
        { metricName: `${name}_count`, labels: {}, sharedLabels, value: count },
      ];
    });
    return { name, help, type: 'histogram', aggregator: 'sum', values };
  }
}
