import type { Session } from '../../../ground/database/session';
import { sourceSystems } from '../../systems/declaredSystems';

/** Which systems have their rows from demonstration data. */
export interface Demonstration {
  /** Systems without real events, in the order of their names: one real event ends a system's demonstration. */
  readonly systems: readonly string[];
  /** Whether some rows are demonstration data, or there are no events at all. */
  readonly shows: boolean;
}

/** A system's demonstration data and its real ones are never mixed; systems do not depend on each other. */
export async function readDemonstration(session: Session): Promise<Demonstration> {
  const { rows } = await session.query<{ table_name: string; events: string; real_events: string }>(
    'select table_name, events, real_events from bronze.progress',
  );
  const sum = (tables: readonly string[], column: 'events' | 'real_events') =>
    rows
      .filter(({ table_name }) => tables.includes(table_name))
      .reduce((total, row) => total + Number(row[column]), 0);
  const systems = sourceSystems().systems.map(({ name, tables }) => {
    const ids = tables.map(({ id }) => id);
    return { name, events: sum(ids, 'events'), real: sum(ids, 'real_events') };
  });
  const demonstrating = systems.filter(({ real }) => real === 0);
  const isEmpty = systems.every(({ events }) => events === 0);
  return {
    systems: demonstrating.map(({ name }) => name),
    shows: isEmpty || demonstrating.some(({ events }) => events > 0),
  };
}

/** Whether both have the same systems: else the rows of one did not come out of those of the other. */
export function isSameDemonstration(
  one: readonly string[] | undefined,
  other: readonly string[],
): boolean {
  return one !== undefined && one.join() === other.join();
}
