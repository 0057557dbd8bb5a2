import { addConnectorCounts, connectorTotal, type ConnectorCounts } from './connectorCounts';

/** What became of the records of a load. Each is counted in one of added, known, unreadable and connector. */
export interface LoadCounts {
  readonly added: number;
  readonly known: number;
  /** Records that could not be taken, whether or not quarantine had them before. */
  readonly unreadable: number;
  /** Those of the unreadable that quarantine did not have before. */
  readonly quarantined: number;
  /** Records of the connector's own, such as heartbeats, by kind: they hold no change and are passed over. */
  readonly connector: ConnectorCounts;
}

export const NOTHING_LOADED: LoadCounts = {
  added: 0,
  known: 0,
  unreadable: 0,
  quarantined: 0,
  connector: {},
};

export function addCounts(one: LoadCounts, other: LoadCounts): LoadCounts {
  return {
    added: one.added + other.added,
    known: one.known + other.known,
    unreadable: one.unreadable + other.unreadable,
    quarantined: one.quarantined + other.quarantined,
    connector: addConnectorCounts(one.connector, other.connector),
  };
}

/** All records of the load. */
export function recordsOf({ added, known, unreadable, connector }: LoadCounts): number {
  return added + known + unreadable + connectorTotal(connector);
}

/** The part of the change events, from 0 to 1, that could not be read; 0 where there are none. */
export function unreadableShare({ added, known, unreadable }: LoadCounts): number {
  const events = added + known + unreadable;
  return events === 0 ? 0 : unreadable / events;
}
