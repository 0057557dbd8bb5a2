/** A Kafka record as `kcat -C -J` prints it; key and payload are texts that hold JSON. */
export interface DumpRecord {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly tstype: 'create';
  readonly ts: number;
  readonly broker: number;
  readonly key: string | null;
  /** Null for a tombstone. */
  readonly payload: string | null;
}
