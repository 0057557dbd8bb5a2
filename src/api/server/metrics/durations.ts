import { Histogram, type HistogramConfiguration } from 'prom-client';

type Configuration = HistogramConfiguration<string> & { readonly buckets: readonly number[] };

interface Series {
  readonly labels: Readonly<Record<string, string>>;
  /** How many there were up to each bound, and above the one before. */
  readonly counts: number[];
  /** All of them, also above the last bound. */
  count: number;
  sum: number;
}

/**
 * A histogram of durations that is counted by plain numbers, and put into words when it is read: the library
 * makes a text of the labels for each duration, and looks it up, which takes a known answer a fortieth of its
 * time. What is returned makes one series, to be made once for the same labels, that counts seconds.
 */
export function durationsBy(
  configuration: Configuration,
): (labels: Series['labels']) => (seconds: number) => void {
  const { buckets } = configuration;
  const all: Series[] = [];
  new WrittenWhenRead({ ...configuration, buckets: [...buckets] }, all);
  return (labels) => {
    const series: Series = { labels, counts: buckets.map(() => 0), count: 0, sum: 0 };
    all.push(series);
    const { counts } = series;
    return (seconds) => {
      const at = buckets.findIndex((bound) => seconds <= bound);
      if (at >= 0) counts[at] = (counts[at] ?? 0) + 1;
      series.count += 1;
      series.sum += seconds;
    };
  };
}

class WrittenWhenRead extends Histogram {
  constructor(
    private readonly configuration: HistogramConfiguration<string> & Configuration,
    private readonly all: readonly Series[],
  ) {
    super(configuration);
  }

  /** What the library's registry, and its `get`, ask for; its types leave it out. */
  async getForPromString() {
    const { name, help, buckets } = this.configuration;
    const values = this.all.flatMap(({ labels: sharedLabels, counts, count, sum }) => {
      let below = 0;
      const ofBuckets = buckets.map((le, at) => ({
        metricName: `${name}_bucket`,
        labels: { le },
        sharedLabels,
        value: (below += counts[at] ?? 0),
      }));
      const of = (suffix: string, value: number, labels = {}) => ({
        metricName: `${name}_${suffix}`,
        labels,
        sharedLabels,
        value,
      });
      return [
        ...ofBuckets,
        of('bucket', count, { le: '+Inf' }),
        of('sum', sum),
        of('count', count),
      ];
    });
    return { name, help, type: 'histogram', aggregator: 'sum', values };
  }
}
