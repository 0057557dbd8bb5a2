import fc from 'fast-check';
import type { GivenRecord } from '../../../support/databases/warehouse';

/**
 * What no source in order writes, and a connector may still deliver: positions that several events
 * share, positions that are missing (of rows, deletes and truncates), the same event in another
 * partition, and demonstration data among it.
 */
type Knot = 'none' | 'shared' | 'missing' | 'elsewhere' | 'demonstration';

export const tangles: fc.Arbitrary<readonly Knot[]> = fc.array(
  fc.oneof(
    { weight: 5, arbitrary: fc.constant('none' as const) },
    { weight: 3, arbitrary: fc.constant('shared' as const) },
    { weight: 1, arbitrary: fc.constant('missing' as const) },
    { weight: 2, arbitrary: fc.constant('elsewhere' as const) },
    { weight: 1, arbitrary: fc.constant('demonstration' as const) },
  ),
  { minLength: 90, maxLength: 90 },
);

const SHARING = 6;
const OTHER_PARTITIONS = 10;

type Placed = (lsn: number | null) => number | null;

/** The payload with another position in the log, whichever form it has. */
function placed(payload: unknown, place: Placed): unknown {
  if (typeof payload !== 'object' || payload === null) return payload;
  const value = payload as Record<string, unknown>;
  if ('schema' in value) return { ...value, payload: placed(value['payload'], place) };
  if ('__lsn' in value) return { ...value, __lsn: place(value['__lsn'] as number | null) };
  const source = value['source'] as { lsn: number | null };
  return { ...value, source: { ...source, lsn: place(source.lsn) } };
}

export function tangled(
  records: readonly GivenRecord[],
  knots: readonly Knot[],
): readonly GivenRecord[] {
  return records.flatMap((record, index): GivenRecord[] => {
    switch (knots[index % knots.length]) {
      case 'shared':
        return [
          {
            ...record,
            payload: placed(record.payload, (lsn) => lsn && lsn - (lsn % SHARING)),
          },
        ];
      case 'missing':
        return [{ ...record, payload: placed(record.payload, () => null) }];
      case 'elsewhere':
        return [record, { ...record, partition: OTHER_PARTITIONS + (record.partition ?? 0) }];
      case 'demonstration':
        return [{ ...record, topic: `demo.public.${record.table ?? 'service_report'}` }];
      default:
        return [record];
    }
  });
}
