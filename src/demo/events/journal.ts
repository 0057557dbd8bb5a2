import type { DumpRecord } from './dumpRecord';
import type { Change, Form, Op } from './envelope';
import { writeKey, writeValue } from './envelope';
import { ABOUT, Random } from '../basis/random';
import type { Table } from './tables';
import { emptyRow } from './tables';

const PARTITIONS = 3;
const FIRST_LSN = 22_000_000_000;
const KAFKA_DELAY = 500;
const PLAIN: Form = { flattened: false, wrapped: false, old: false };

/** A record as it was written once, to be delivered again. */
type Written = Pick<DumpRecord, 'topic' | 'partition' | 'key' | 'payload'>;

function partitionOf(id: number): number {
  return (Math.imul(id, 0x9e3779b1) >>> 0) % PARTITIONS;
}

/** The source's log and the topics' offsets: gives each change its coordinates and its form. */
export class Journal {
  /** The source's clock; {@link transaction} stops it. */
  now = 0;
  #lsn = FIRST_LSN;
  #txId = 1_000;
  #inTransaction = false;
  #serial = 0;
  readonly #offsets = new Map<string, number>();
  #records: DumpRecord[] = [];

  /** The records written since the last call. */
  take(): readonly DumpRecord[] {
    const records = this.#records;
    this.#records = [];
    return records;
  }

  /** Changes that commit together: each has its own lsn, all share txId and time. */
  transaction(changes: () => void): void {
    this.#txId += 1;
    this.#inTransaction = true;
    changes();
    this.#inTransaction = false;
  }

  create(table: Table, id: number, row: string): Written {
    return this.#change(table, id, 'c', null, row);
  }

  update(table: Table, id: number, row: string): Written {
    return this.#change(table, id, 'u', null, row);
  }

  /** The reads of the snapshot all have the lsn at which it began. */
  beginSnapshot(): void {
    this.#nextLsn();
  }

  read(table: Table, id: number, row: string, snapshot: string): Written {
    return this.#write(table, id, this.#describe(table, 'r', null, row, this.#lsn, snapshot));
  }

  readAgain(table: Table, id: number, row: string): Written {
    return this.#write(table, id, this.#describe(table, 'r', null, row, null, 'incremental'));
  }

  /** A delete and its tombstone. Tables differ in what they show of the row, and so do rows here. */
  delete(table: Table, id: number, row: string): void {
    const before = [`{"id":${id}}`, emptyRow(table, id), row][id % 3] ?? row;
    const { topic, partition, key } = this.#change(table, id, 'd', before, null);
    this.#append({ topic, partition, key, payload: null });
  }

  truncate(table: Table): void {
    this.#unkeyed(table, 't', null);
  }

  message(table: Table): void {
    this.#unkeyed(table, 'm', this.#serial % 2 === 0 ? null : '{"prefix":"heartbeat"}');
  }

  /** At least once: the connector writes an event that it has written before. */
  deliverAgain(written: Written): void {
    this.#append(written);
  }

  /** A record that is no Debezium event. */
  append(table: Table, partition: number, key: string | null, payload: string | null): void {
    this.#append({ topic: `demo.public.${table}`, partition, key, payload });
  }

  #unkeyed(table: Table, op: 't' | 'm', key: string | null): void {
    const change = this.#describe(table, op, null, null, this.#nextLsn(), 'false');
    this.append(table, 1, key, writeValue(change, PLAIN));
  }

  #change(table: Table, id: number, op: Op, before: string | null, after: string | null): Written {
    return this.#write(
      table,
      id,
      this.#describe(table, op, before, after, this.#nextLsn(), 'false'),
    );
  }

  #describe(
    table: Table,
    op: Op,
    before: string | null,
    after: string | null,
    lsn: number | null,
    snapshot: string,
  ): Change {
    if (!this.#inTransaction && op !== 'r') this.#txId += 1;
    const time = Math.floor(this.now);
    return { table, op, before, after, lsn, txId: this.#txId, time, snapshot };
  }

  #nextLsn(): number {
    this.#lsn += 104;
    return this.#lsn;
  }

  #nextForm(): Form {
    this.#serial += 1;
    const random = new Random(ABOUT.envelope, this.#serial);
    const style = random.next();
    return {
      flattened: style < 0.04,
      wrapped: style < 0.01 || style > 0.97,
      old: random.chance(0.02),
    };
  }

  #write(table: Table, id: number, change: Change): Written {
    const form = this.#nextForm();
    const written: Written = {
      topic: `demo.public.${table}`,
      partition: partitionOf(id),
      key: writeKey(table, id, form.wrapped),
      payload: writeValue(change, form),
    };
    this.#append(written);
    return written;
  }

  #append({ topic, partition, key, payload }: Written): void {
    const place = `${topic}:${partition}`;
    const offset = this.#offsets.get(place) ?? 0;
    this.#offsets.set(place, offset + 1);
    const ts = Math.floor(this.now) + KAFKA_DELAY;
    this.#records.push({
      topic,
      partition,
      offset,
      tstype: 'create',
      ts,
      broker: 1,
      key,
      payload,
    });
  }
}
