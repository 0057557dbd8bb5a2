import type { ConnectorRecord } from './record/connectorRecord';

/** How many records of the connector's own, by kind; a kind without any is absent. */
export type ConnectorCounts = Readonly<Partial<Record<ConnectorRecord, number>>>;

/** One of a kind, and several. */
const NAMES: Readonly<Record<ConnectorRecord, readonly [one: string, several: string]>> = {
  HEARTBEAT: ['heartbeat', 'heartbeats'],
  TRANSACTION: ['mark of a transaction', 'marks of transactions'],
  SCHEMA_CHANGE: ['schema change', 'schema changes'],
  SIGNAL: ['signal', 'signals'],
  NOTIFICATION: ['notification', 'notifications'],
  LOGICAL_MESSAGE: ['logical-decoding message', 'logical-decoding messages'],
  CONNECT_INTERNAL: ['record of Kafka Connect', 'records of Kafka Connect'],
};

const KINDS = Object.keys(NAMES) as readonly ConnectorRecord[];

/** In the order of the kinds. */
function entriesOf(counts: ConnectorCounts): readonly (readonly [ConnectorRecord, number])[] {
  return KINDS.flatMap((kind) => {
    const records = counts[kind] ?? 0;
    return records > 0 ? [[kind, records] as const] : [];
  });
}

export function connectorTotal(counts: ConnectorCounts): number {
  return entriesOf(counts).reduce((sum, [, records]) => sum + records, 0);
}

export function addConnectorCounts(one: ConnectorCounts, other: ConnectorCounts): ConnectorCounts {
  const sum: Partial<Record<ConnectorRecord, number>> = { ...one };
  for (const [kind, records] of entriesOf(other)) sum[kind] = (sum[kind] ?? 0) + records;
  return sum;
}

/** `2,501 of the connector's own (2,500 heartbeats, 1 schema change)`. */
export function connectorText(counts: ConnectorCounts): string {
  const count = (value: number) => value.toLocaleString('en-US');
  const kinds = entriesOf(counts).map(
    ([kind, records]) => `${count(records)} ${NAMES[kind][records === 1 ? 0 : 1]}`,
  );
  const all = `${count(connectorTotal(counts))} of the connector's own`;
  return kinds.length === 0 ? all : `${all} (${kinds.join(', ')})`;
}
